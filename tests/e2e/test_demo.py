"""`callboard demo`, from its first line to its last."""

import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from urllib.parse import urlencode

import pytest

from actors.stage.server.timelapse import APPEARANCES
from tests.e2e.service import RUN, wait_for

LIMIT = 300.0


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_demo_shows_the_life_of_drafts_in_order(tmp_path: Path) -> None:
    log = tmp_path / "demo.log"
    with log.open("wb") as output:
        demo = subprocess.Popen([sys.executable, str(RUN), "demo"], cwd=tmp_path, stdout=output, stderr=output)

    def said() -> str:
        assert demo.poll() is None, log.read_text()
        return log.read_text(errors="replace")

    try:
        wait_for(lambda: "are papers now" in said() or "appears in the papers folder" in said(), LIMIT)
        (page,) = re.findall(r"Slack alone is at (http://127\.0\.0\.1:\d+/)", said())
        for text in ("", "  ", "status"):
            form = urlencode({"user": "U0REFLECT", "way": "say", "text": text}).encode()
            urllib.request.urlopen(f"{page}_stage/said", data=form, timeout=60).close()
        wait_for(lambda: "End of the time-lapse" in said(), 3 * LIMIT)
        begun, _, over = said().partition("are papers now")
        assert [each.name for each in APPEARANCES if each.name.partition(".")[0] not in told(begun)] == []
        assert re.search(r"#papers, in the thread │ .*updated draft", begun)
        assert re.search(r"#papers, in the thread │ .*withdrawn draft", begun)
        assert "paper published" in over
        assert "@Kim │" in over
        assert "Robin types │ status" in said()
        assert "once the index has loaded" not in said()
        assert said().index("Kim wants the digest") < said().index("@Kim │ 3 new drafts")
        assert "Traceback" not in said()
        shown = urllib.request.urlopen(f"{page}slack?user=U0KERNEL", timeout=60).read().decode()
        assert re.findall(r"<h2>(\S+(?: \S+)?) <small>", shown)[0] == "Kim"
        first = [line for line in said().splitlines() if line.strip()][:6]
        assert "papers" in first[0]
        assert any("people" in line or "Robin" in line for line in first)
    finally:
        demo.send_signal(signal.SIGINT)
        try:
            code = demo.wait(60)
        finally:
            demo.kill()
            demo.wait()
    assert code == 0, log.read_text()
    assert [path.name for path in tmp_path.iterdir()] == ["demo.log"]


def told(text: str) -> str:
    """What the readers' channel was told, with the lines of its messages."""
    return "\n".join(re.findall(r"^  Slack #papers.*(?:\n  {12,}│.*)*", text, re.MULTILINE))
