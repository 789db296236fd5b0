"""What the page says of itself: whose words, who has reviewed them, where typed words go."""

from __future__ import annotations

import pytest

from chatbot.templates import Templates
from chatbot.web import page
from corpus.audit.safety_sign_offs import Reviewed, notices_reviewed

OF = "\uff0f"  # a slash of full width


def test_how_many_notices_are_signed_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "notices_reviewed", lambda: Reviewed(3, 46))
    source, reviewed, privacy = page.about(Templates()).split("\n\n")
    assert reviewed == f"警示與轉介文字：3{OF}46 項已由臨床人員簽核。"
    assert "ESMO" in source
    assert "不會存檔" in privacy


def test_the_count_is_that_of_the_repository() -> None:
    count = notices_reviewed()
    assert f"：{count.signed}{OF}{count.total} 項" in page.about(Templates())
    assert 0 <= count.signed <= count.total
    assert count.total > 40
