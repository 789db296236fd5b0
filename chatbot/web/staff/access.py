"""Who may see the pages of volunteers: sessions held by the server, and how often one may try."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from fastapi import HTTPException, Request, Response

from chatbot.conversation import Conversation
from chatbot.messages import say
from chatbot.templates import DEFAULT_LANGUAGE

COOKIE = "bonehealth-staff"
PATH = "/staff"
IDLE_SECONDS = 30 * 60.0
MOST_SECONDS = 8 * 3600.0
MOST_SESSIONS = 200
MOST_TRIES, MOST_TRIES_OF_ALL, TRY_SECONDS = 5, 100, 15 * 60.0
MOST_ADDRESSES = 10_000
Clock = Callable[[], float]


@dataclass
class Session:
    """One open login. Nothing of it is on a disk.

    Attributes:
        opened: When it began, by the clock.
        used: When it was last used.
        language: In which the pages are shown.
        conversation: What a further question leans on.
    """

    opened: float
    used: float
    language: str = DEFAULT_LANGUAGE
    conversation: Conversation = field(default_factory=Conversation)


class Sessions:
    """The open logins, by a hash of their cookie."""

    def __init__(self, idle_seconds: float = IDLE_SECONDS, clock: Clock = time.monotonic) -> None:
        self._idle_seconds = idle_seconds
        self._clock = clock
        self._open: OrderedDict[str, Session] = OrderedDict()
        self._lock = threading.Lock()

    def open(self, language: str = DEFAULT_LANGUAGE) -> str:
        """Begin a session; return the value of its cookie."""
        token, now = secrets.token_urlsafe(32), self._clock()
        with self._lock:
            self._open[_hashed(token)] = Session(now, now, language)
            while len(self._open) > MOST_SESSIONS:
                self._open.popitem(last=False)
        return token

    def of(self, token: str) -> Session | None:
        """Return the session of a cookie, where it is open; its idle time begins anew."""
        now, key = self._clock(), _hashed(token)
        with self._lock:
            session = self._open.get(key)
            if session is None:
                return None
            idle, whole = now - session.used, now - session.opened
            if idle >= self._idle_seconds or whole >= MOST_SECONDS:
                del self._open[key]
                return None
            session.used = now
            return session

    def close(self, token: str) -> None:
        """End a session."""
        with self._lock:
            self._open.pop(_hashed(token), None)


class Tries:
    """How often a password may be tried: by an address, and by all together."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._by_address: OrderedDict[str, deque[float]] = OrderedDict()
        self._all: deque[float] = deque()
        self._lock = threading.Lock()

    def take(self, address: str) -> float:
        """Count a try; return the seconds to wait where there is none left, else 0."""
        now = self._clock()
        with self._lock:
            own = self._by_address.pop(address, deque())
            self._by_address[address] = own
            while len(self._by_address) > MOST_ADDRESSES:
                self._by_address.popitem(last=False)
            waits = [
                _wait(own, MOST_TRIES, now),
                _wait(self._all, MOST_TRIES_OF_ALL, now),
            ]
            if max(waits) > 0:
                return max(waits)
            own.append(now)
            self._all.append(now)
            return 0.0

    def forgive(self, address: str) -> None:
        """Forget the tries of an address that has found the password."""
        with self._lock:
            for _ in self._by_address.pop(address, ()):
                if self._all:
                    self._all.pop()


def _wait(tries: deque[float], most: int, now: float) -> float:
    while tries and now - tries[0] >= TRY_SECONDS:
        tries.popleft()
    return tries[0] + TRY_SECONDS - now if len(tries) >= most else 0.0


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def set_cookie(response: Response, token: str, *, secure: bool) -> None:
    """Give a browser its session: for these pages only, unread by scripts, gone when it closes."""
    response.set_cookie(COOKIE, token, path=PATH, httponly=True, samesite="strict", secure=secure)


def drop_cookie(response: Response, *, secure: bool) -> None:
    """Take the session from a browser."""
    response.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="strict", secure=secure)


def from_own_page(request: Request) -> None:
    """Refuse a form that does not say that it comes from a page of ours.

    Raises:
        HTTPException: With status 403.
    """
    origin = request.headers.get("origin", "")
    if not origin or urlsplit(origin).netloc != request.headers.get("host"):
        raise HTTPException(403, say("web", "forbidden"))
