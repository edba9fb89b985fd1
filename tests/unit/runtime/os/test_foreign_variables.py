"""Variables that libraries would heed."""

from actors.runtime.os.foreign_variables import forget_foreign_variables


def test_the_variables_of_the_engine_and_of_a_log_of_keys_do_not_count() -> None:
    environment = {
        "THESPLOG_FILE_MAXSIZE": "abc",
        "THESPIAN_BASE_IPADDR": "10.0.0.1",
        "CONVENTION_RESTART_PERIOD": "soon",
        "SSLKEYLOGFILE": "/tmp/keys",
        "SSL_CERT_FILE": "/a.pem",
        "HTTPS_PROXY": "http://p:1",
    }
    forget_foreign_variables(environment)
    assert environment == {"SSL_CERT_FILE": "/a.pem", "HTTPS_PROXY": "http://p:1"}
