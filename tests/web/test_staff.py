"""The pages of volunteers behind all guards: who gets in, what they tell, what they refuse."""

from __future__ import annotations

import csv
import hashlib
import io
import logging
import re
from collections.abc import Iterator
from copy import copy
from functools import cache
from pathlib import Path
from typing import cast

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from pydantic import ValidationError

from chatbot.passwords import Password
from chatbot.report.keeper import Keeper
from chatbot.report.store import ReportStore
from chatbot.settings import Settings
from chatbot.templates import Templates
from chatbot.web.flags import Flags, build_flag_routes
from chatbot.web.information import build_information
from chatbot.web.page import about
from chatbot.web.routes import build_routes
from chatbot.web.security import AllowedRoutes, SameOrigin, SecureResponses
from chatbot.web.service import Service
from chatbot.web.staff import access
from chatbot.web.staff.access import COOKIE, MOST_TRIES, Sessions, Tries
from chatbot.web.staff.guide_search import marked
from chatbot.web.staff.routes import build_staff_routes
from index.models import NO_MODEL

PASSWORD = "correct horse battery"
OWN = {"origin": "http://127.0.0.1"}
SALT = b"0123456789abcdef"
DIGEST = hashlib.scrypt(PASSWORD.encode(), salt=SALT, n=16, r=8, p=1, dklen=32)
QUICK_HASH = str(Password(16, 8, 1, SALT, DIGEST))  # tests try often
REFUSED = "健保有給付骨針嗎"
NO_ANSWER = ("out_of_scope", "ask_clinician")
STOCKS = "股票現在可以買嗎"


def settings_of(**changes: object) -> Settings:
    given = {"model": NO_MODEL, "staff_password": QUICK_HASH, "requests_per_minute": 10_000}
    return Settings.model_validate({**given, **changes})


@cache
def opened() -> Service:
    """Return the edition by words alone, opened once."""
    return Service(settings_of())


def service_with(keeper: Keeper | None) -> Service:
    service = copy(opened())
    service.keeper = keeper or Keeper()
    return service


def client_of(
    keeper: Keeper | None = None, base_url: str = "http://127.0.0.1", **changes: object
) -> TestClient:
    """Return a client of the routes behind the guards that they need, without Gradio's page.

    The whole application is asked in `test_staff_browser.py`, in a process of its own.
    """
    settings, service, flags = settings_of(**changes), service_with(keeper), Flags()
    app = FastAPI()
    app.include_router(build_routes(service))
    app.include_router(build_flag_routes(service, flags))
    app.include_router(build_information(service, settings))
    if settings.has_staff_page:
        app.include_router(build_staff_routes(service, settings, flags))
    guarded = SameOrigin(SecureResponses(app, lambda page, _: page))
    allowed = AllowedRoutes(guarded, staff=settings.has_staff_page)
    return TestClient(allowed, base_url=base_url, follow_redirects=False)


def log_in(client: TestClient, password: str = PASSWORD, **headers: str) -> Response:
    sent = {**OWN, **headers}
    return cast(Response, client.post("/staff/login", data={"password": password}, headers=sent))


def texts_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> ReportStore:
    return ReportStore(f"sqlite:///{tmp_path_factory.mktemp('report')}/own.sqlite")


@pytest.fixture(scope="module")
def keeper(store: ReportStore) -> Iterator[Keeper]:
    made = Keeper(store, questions=True, flags=True, days=14)
    yield made
    made.close()


@pytest.fixture(scope="module")
def server(keeper: Keeper) -> TestClient:
    return client_of(keeper, keep_unanswered=True, keep_flags=True, keep_days=14)


@pytest.fixture
def client(server: TestClient) -> TestClient:
    """Return a client that has just logged in."""
    server.cookies.clear()
    assert log_in(server).status_code == 303
    return server


# Whether it is there at all


@pytest.mark.parametrize(("password", "kiosk"), [("", False), (QUICK_HASH, True)])
def test_it_is_not_there_unless_it_is_asked_for(password: str, kiosk: bool) -> None:
    client = client_of(staff_password=password, kiosk=kiosk)
    for path in ("/staff", "/staff/login", "/staff/report", "/staff/unanswered.csv"):
        assert client.get(path).status_code == 404
    for path in ("/staff/login", "/staff/ask", "/staff/logout"):
        assert client.post(path, headers=OWN).status_code == 404


def test_it_is_off_by_default_and_a_kiosk_asks_twice() -> None:
    assert not Settings().has_staff_page
    assert settings_of().has_staff_page
    assert not settings_of(kiosk=True).has_staff_page
    assert settings_of(kiosk=True, staff_on_kiosk=True).has_staff_page


@pytest.mark.parametrize("password", ["short", "x" * 201, "scrypt:1:2"])
def test_a_password_that_is_no_good_is_refused_without_being_shown(password: str) -> None:
    with pytest.raises(ValidationError) as raised:
        Settings.model_validate({"staff_password": password})
    assert password not in str(raised.value)
    assert PASSWORD not in repr(settings_of(staff_password=PASSWORD))


# Who gets in


@pytest.mark.parametrize(
    "path",
    [
        *("/staff", "/staff/guide", "/staff/glossary", "/staff/report"),
        *("/staff/unanswered.csv", "/staff/flags.csv", "/staff/passage/p26-onj-rate"),
    ],
)
def test_without_a_session_every_page_leads_to_the_login(server: TestClient, path: str) -> None:
    server.cookies.clear()
    response = server.get(path)
    assert (response.status_code, response.headers["location"]) == (303, "/staff/login")
    forged = server.get(path, headers={"cookie": f"{COOKIE}=forged"})
    assert forged.status_code == 303


@pytest.mark.parametrize("path", ["/staff/ask", "/staff/guide", "/staff/report/delete"])
def test_without_a_session_nothing_is_answered(server: TestClient, path: str) -> None:
    server.cookies.clear()
    assert server.post(path, data={"question": REFUSED}, headers=OWN).status_code == 303


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD.upper(), PASSWORD + "x", "x" * 9000])
def test_a_wrong_password_opens_nothing(password: str) -> None:
    response = log_in(client_of(), password)
    assert response.status_code == 401
    assert "set-cookie" not in response.headers
    assert 'role="alert"' in response.text
    assert "密碼不對" in response.text


def test_the_right_one_opens_a_session_for_these_pages_only(server: TestClient) -> None:
    server.cookies.clear()
    response = log_in(server)
    assert (response.status_code, response.headers["location"]) == (303, "/staff")
    cookie = response.headers["set-cookie"]
    name, value = cookie.split(";")[0].split("=")
    assert name == COOKIE
    assert len(value) >= 43
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert parts == {"httponly", "samesite=strict", "path=/staff"}
    assert server.get("/staff").status_code == 200


def test_a_plain_password_as_setting_opens_as_well() -> None:
    assert log_in(client_of(staff_password=PASSWORD)).status_code == 303


def test_over_https_the_cookie_is_for_https_only() -> None:
    client = client_of(base_url="https://127.0.0.1")
    response = client.post(
        "/staff/login", data={"password": PASSWORD}, headers={"origin": "https://127.0.0.1"}
    )
    assert "secure" in response.headers["set-cookie"].lower()


def test_logging_out_ends_the_session_on_the_server(client: TestClient) -> None:
    cookie = {"cookie": f"{COOKIE}={client.cookies[COOKIE]}"}
    response = client.post("/staff/logout", headers=OWN)
    assert (response.status_code, response.headers["location"]) == (303, "/staff/login")
    assert 'bonehealth-staff=""' in response.headers["set-cookie"]
    client.cookies.clear()
    assert client.get("/staff", headers=cookie).status_code == 303


@pytest.mark.parametrize(
    "headers", [{}, {"origin": "http://evil.example"}, {"origin": "null"}, {"origin": ""}]
)
@pytest.mark.parametrize("path", ["/staff/login", "/staff/logout", "/staff/ask", "/staff/guide"])
def test_a_form_that_is_not_from_a_page_of_ours_is_refused(
    client: TestClient, path: str, headers: dict[str, str]
) -> None:
    response = client.post(path, data={"password": PASSWORD, "question": "x"}, headers=headers)
    assert response.status_code == 403
    assert "set-cookie" not in response.headers


def test_after_five_tries_one_has_to_wait_even_with_the_right_one() -> None:
    client = client_of()
    statuses = [log_in(client, "wrong").status_code for _ in range(MOST_TRIES)]
    assert statuses == [401] * MOST_TRIES
    response = log_in(client)
    assert response.status_code == 429
    assert 800 < int(response.headers["retry-after"]) <= 901
    assert "請等 15 分鐘" in response.text


class Clock:
    """Time that only the test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_tries_come_back_with_time_and_are_counted_by_address_and_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock()
    tries = Tries(clock)
    assert [tries.take("a") for _ in range(MOST_TRIES)] == [0.0] * MOST_TRIES
    assert tries.take("a") == access.TRY_SECONDS
    assert tries.take("b") == 0.0
    clock.now = access.TRY_SECONDS
    assert tries.take("a") == 0.0
    monkeypatch.setattr(access, "MOST_TRIES_OF_ALL", 2)
    assert tries.take("c") == 0.0
    assert tries.take("d") > 0


def test_whoever_found_the_password_has_no_tries_against_them() -> None:
    tries = Tries(Clock())
    for _ in range(3):
        for _ in range(MOST_TRIES - 1):
            assert tries.take("a") == 0.0
        tries.forgive("a")


def test_a_session_ends_when_it_is_idle_and_after_a_working_day() -> None:
    clock = Clock()
    sessions = Sessions(idle_seconds=100, clock=clock)
    token = sessions.open()
    for _ in range(3):
        clock.now += 99
        assert sessions.of(token) is not None
    clock.now += 100
    assert sessions.of(token) is None
    clock.now = 0
    sessions = Sessions(idle_seconds=1e9, clock=clock)
    token = sessions.open()
    clock.now = access.MOST_SECONDS - 1
    assert sessions.of(token) is not None
    clock.now += 1
    assert sessions.of(token) is None


def test_the_oldest_of_too_many_sessions_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "MOST_SESSIONS", 2)
    sessions = Sessions()
    first, second, third = (sessions.open() for _ in range(3))
    assert [sessions.of(t) is not None for t in (first, second, third)] == [False, True, True]


def test_its_pages_may_run_our_files_and_nothing_else(client: TestClient) -> None:
    response = client.get("/staff")
    policy = response.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert "unsafe" not in policy
    assert "form-action 'self'" in policy
    assert response.headers["referrer-policy"] == "same-origin"
    assert response.headers["cache-control"] == "no-store"
    assert "style=" not in response.text
    assert "form-action 'none'" in client.get("/about").headers["content-security-policy"]


def test_its_routes_are_not_described(client: TestClient) -> None:
    assert not any("/staff" in path for path in client.get("/openapi.json").json()["paths"])


# What it tells


def asked(client: TestClient, question: str, **more: str) -> str:
    response = client.post("/staff/ask", data={"question": question, **more}, headers=OWN)
    assert response.status_code == 200
    return str(response.text)


def test_an_answer_is_told_with_key_rank_and_scores(client: TestClient) -> None:
    page = texts_of(asked(client, "顎骨壞死的機率有多高？"))
    assert "病友看到的回覆 回答" in page
    assert "三道檢查都沒有找到徵兆" in page
    assert re.search(r"總分 \u2212\d+\.\d\d，門檻 \u2212?\d\.\d\d：沒到門檻，可以回答。", page)
    key, place = r"對上的說法 .{2,60} (?:題庫的問法|標題)", "名次 1 語意（餘弦） – 字詞（BM25）"
    assert re.search(rf"{key} {place} \d+\.\d 第 \d+ 名", page)
    assert "程式從前 8 段裡挑" in page
    assert "再看後面 22 段" in page


def test_what_is_asked_here_is_told_as_text_and_kept_nowhere(
    client: TestClient, keeper: Keeper, store: ReportStore
) -> None:
    page = asked(client, f"<script>alert(1)</script> {REFUSED}")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "不回答" in page
    keeper.settle()
    assert "alert" not in str(store.unanswered() if store.is_there else "")


def test_a_refusal_is_told_with_its_evidence(client: TestClient) -> None:
    page = texts_of(asked(client, REFUSED))
    assert "不回答 指南沒有這個主題" in page
    assert "到了門檻，不回答" in page
    assert "問到的面向：費用、健保和補助。" in page
    assert re.search(r"問題的詞有多少在指南外的主題裡 \d\.\d\d \d\.\d\d", page)
    assert "這一次沒有引用段落" in page


def test_a_sign_is_told_with_net_words_and_rule(client: TestClient) -> None:
    page = texts_of(asked(client, "我媽昨天開始兩腳沒力，站不起來"))
    assert "手腳沒力 今天 用語和規則 腳沒力 現在就有" in page
    assert re.search(r"手腳沒力 今天 句子（字串分數） .{2,40} 分數 \d", page)
    held = texts_of(asked(client, "我沒有腳沒力"))
    assert "手腳沒力 只是提到，沒有警示 用語和規則 腳沒力 擱下：說的是沒有" in held


def test_a_request_is_told_with_its_form(client: TestClient) -> None:
    page = texts_of(asked(client, "我可以停藥嗎"))
    assert "句型對上了：我可以停藥" in page
    assert "是，轉給醫療團隊。" in page
    assert "不是搜尋排出來的" in page or "名次" in page


def test_a_question_leans_on_the_one_before_only_where_it_is_ticked(client: TestClient) -> None:
    asked(client, "denosumab 是什麼")
    leaning = asked(client, "那多久打一次", lean="yes")
    assert "比重" in leaning
    assert leaning.count("比重") > 1
    asked(client, "denosumab 是什麼")
    assert "請對方再說清楚" in asked(client, "那它多久打一次")


@pytest.mark.parametrize("question", ["", "🙂", "x" * 3000, "你好", "نص عربي طويل هنا"])
def test_odd_questions_have_their_page_too(client: TestClient, question: str) -> None:
    assert "病友看到的回覆" in asked(client, question)


def test_a_citation_to_pass_on_names_section_page_and_source(client: TestClient) -> None:
    page = client.get("/staff/passage/p26-onj-rate").text
    citation = page.split("<textarea")[1].split(">")[1].split("</textarea")[0]
    assert re.fullmatch(
        r"「[^」]*1%[^」]*」\n《[^》]+》[^，]+，第 26 頁（依指南改寫）",
        citation.replace("&#34;", '"'),
    )
    assert "沒有匯入出版者的檔案" in page
    assert "會帶到這一段的問法" in page
    assert client.get("/staff/passage/gone").status_code == 404


def test_the_guide_is_searched_by_page_and_word(client: TestClient) -> None:
    page = client.get("/staff/guide", params={"page": "26"}).text
    assert re.search(r"找到 \d+ 段", page)
    assert 'value="26" selected' in page
    found = client.post("/staff/guide", data={"words": "顎骨 1%"}, headers=OWN).text
    assert "<mark>顎骨</mark>" in found
    assert "<mark>1%</mark>" in found
    simplified = client.post("/staff/guide", data={"words": "颚骨"}, headers=OWN).text
    assert re.search(r"找到 \d+ 段", simplified)
    assert "指南裡沒有" in client.post("/staff/guide", data={"words": "披薩"}, headers=OWN).text
    assert client.get("/staff/guide", params={"page": "x"}).status_code == 200


def test_words_are_marked_where_they_stand() -> None:
    pieces = [(p.text, p.is_marked) for p in marked("顎骨壞死（ONJ）", "onj 顎骨 (")]
    assert pieces == [("顎骨", True), ("壞死（", False), ("ONJ", True), ("）", False)]
    assert [(p.text, p.is_marked) for p in marked("全部", "")] == [("全部", False)]


def test_the_glossary_is_there(client: TestClient) -> None:
    page = client.get("/staff/glossary").text
    assert page.count("<dt>") > 20


@pytest.mark.parametrize(
    ("language", "tag", "title"),
    [("zh-Hans", "zh-Hans-CN", "记录"), ("en", "en", "Report"), ("zh-Hant", "zh-Hant-TW", "紀錄")],
)
def test_its_language_stays_until_it_is_changed(
    client: TestClient, language: str, tag: str, title: str
) -> None:
    client.get("/staff", params={"lang": language})
    page = client.get("/staff/report").text
    assert f'<html lang="{tag}">' in page
    assert f"<h1>{title}</h1>" in page
    for question in ("我沒有腳沒力", REFUSED, "我可以停藥嗎", "打骨針有什麼副作用"):
        assert f'<html lang="{tag}">' in asked(client, question)


# The report


def patient_asks(client: TestClient, *turns: str) -> str:
    answer = client.post("/api/ask", json={"id": 1, "turns": list(turns)})
    assert answer.status_code == 200
    return str(answer.json()["replies"][-1]["kind"])


def table(client: TestClient, name: str) -> list[list[str]]:
    response = client.get(f"/staff/{name}.csv")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert f'filename="bone-health-{name}.csv"' in response.headers["content-disposition"]
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))


def test_an_unanswered_question_is_in_the_report_and_in_its_table_without_personal_data(
    client: TestClient, keeper: Keeper
) -> None:
    assert patient_asks(client, "我叫王小明，股票現在可以買嗎") in NO_ANSWER
    assert patient_asks(client, "=股票可以買嗎") in NO_ANSWER
    keeper.settle()
    page = client.get("/staff/report").text
    assert "［姓名］,股票現在可以買嗎" in page
    assert "王小明" not in page
    assert "14 天後刪除" in page
    head, *rows = table(client, "unanswered")
    assert head == ["問題", "為什麼沒有回答", "提到的主題", "次數", "第一次", "最後一次"]
    by_question = {row[0]: row for row in rows}
    assert by_question["［姓名］,股票現在可以買嗎"][3] == "1"
    assert "'=股票可以買嗎" in by_question


def test_a_question_can_be_deleted_from_the_report(
    client: TestClient, keeper: Keeper, store: ReportStore
) -> None:
    patient_asks(client, "阿明問股票可以買嗎")
    keeper.settle()
    assert "阿明" in str(store.unanswered())
    form = {"question": "阿明問股票可以買嗎"}
    assert client.post("/staff/report/delete", data=form, headers=OWN).status_code == 303
    assert "阿明" not in str(store.unanswered())


def test_a_flag_is_in_the_report_and_in_its_table(client: TestClient, keeper: Keeper) -> None:
    for _ in range(2):
        assert client.post("/flag", json={"passage": "p26-onj-rate"}).status_code == 204
    keeper.settle()
    page = client.get("/staff/report").text
    assert "/staff/passage/p26-onj-rate" in page
    head, row = table(client, "flags")
    assert head[:4] == ["段落", "標題", "頁", "次數"]
    assert row[0] == "p26-onj-rate"
    assert row[2:4] == ["26", "2"]
    assert "1%" in row[6]


def test_nothing_of_a_crisis_is_in_the_report(client: TestClient, keeper: Keeper) -> None:
    assert patient_asks(client, "我不想活了", "第二次問股票可以買嗎") in (*NO_ANSWER, "urgent")
    keeper.settle()
    page = client.get("/staff/report").text
    assert "不想活" not in page
    assert "第二次問" not in page


def test_without_a_database_flags_are_those_of_memory(tmp_path: Path) -> None:
    client = client_of()
    client.post("/flag", json={"passage": "p9-sccsigns"})
    patient_asks(client, STOCKS)
    log_in(client)
    page = client.get("/staff/report").text
    assert "沒有開啟，所以沒有留下任何問題" in page
    assert "重新啟動後從頭算" in page
    assert "/staff/passage/p9-sccsigns" in page
    assert len(table(client, "flags")) == 2
    assert len(table(client, "unanswered")) == 1


def test_a_database_that_is_gone_costs_the_row_and_one_line_and_no_reply(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "report"
    keeper = Keeper(ReportStore(f"sqlite:///{folder}/own.sqlite"), questions=True, flags=True)
    client = client_of(keeper, keep_unanswered=True, keep_flags=True)
    log_in(client)
    folder.rmdir() if folder.exists() else None
    folder.write_text("in the way")
    with caplog.at_level(logging.WARNING, "bonehealth"):
        assert patient_asks(client, STOCKS) in NO_ANSWER
        keeper.settle()
    own = [r.getMessage() for r in caplog.records if r.name == "bonehealth"]
    assert own == ["A row of the report was lost: FileExistsError."]
    client.post("/flag", json={"passage": "p9-sccsigns"})
    keeper.settle()
    page = client.get("/staff/report").text
    assert "沒有開啟" not in page
    assert client.get("/staff/flags.csv").status_code in (200, 503)
    folder.unlink()
    assert patient_asks(client, STOCKS) in NO_ANSWER
    keeper.settle()
    assert STOCKS in client.get("/staff/report").text
    keeper.close()


def test_a_database_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "own.sqlite"
    path.write_bytes(b"rubbish" * 1000)
    keeper = Keeper(ReportStore(f"sqlite:///{path}"), questions=True, flags=True)
    client = client_of(keeper, keep_unanswered=True, keep_flags=True)
    client.post("/flag", json={"passage": "p9-sccsigns"})
    log_in(client)
    page = client.get("/staff/report").text
    assert "現在讀不到紀錄的資料庫" in page
    assert "/staff/passage/p9-sccsigns" in page
    assert client.get("/staff/unanswered.csv").status_code == 503
    form = {"question": REFUSED}
    assert client.post("/staff/report/delete", data=form, headers=OWN).status_code == 303
    keeper.close()


# What the patients' pages say of it


def privacy(client: TestClient, language: str = "zh-Hant") -> str:
    page = client.get("/about", params={"lang": language}).text
    return texts_of(page.split('id="privacy"')[1].split("</section>")[0])


def test_the_pages_say_that_nothing_is_kept_where_nothing_is() -> None:
    client = client_of()
    assert "您打的字不會存檔，也不會傳到別的地方。" in privacy(client)
    assert "處理，不會存檔，也不會傳到別處" in about(Templates(), Keeper())


def test_the_pages_say_what_is_kept_where_something_is(server: TestClient, keeper: Keeper) -> None:
    assert "再存在這台電腦裡" in privacy(server)
    assert "14 天後刪除" in privacy(server)
    assert "不會存檔，也不會" not in privacy(server)
    assert "saved in this computer" in privacy(server, "en")
    foot = about(Templates(), keeper)
    assert "留 14 天" in foot
    assert "處理，不會存檔" not in foot


def test_the_pages_say_where_it_is_kept() -> None:
    client = client_of(keep_unanswered=True, report_database="postgresql://db.example/report")
    assert "管理者指定的資料庫裡" in privacy(client)
