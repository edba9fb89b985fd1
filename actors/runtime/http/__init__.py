"""HTTP as a client: the one place that makes connections for every room. What the environment says about proxies and
certificates, what a client bears of servers, and where redirects may lead are decided here, once."""
