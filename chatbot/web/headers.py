"""Headers that keep a response from doing more than it must."""

from __future__ import annotations

SECURITY_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
# For a page that has its style in itself and no script at all.
PLAIN_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
# For the pages of volunteers: forms of our own, and no script or style but our files. Without a
# referrer a browser would send the forms with the origin `null`, which is refused.
STAFF_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "referrer-policy": "same-origin",
    "x-robots-tag": "noindex, nofollow",
}
PLAIN_PAGE_HEADERS = {
    **SECURITY_HEADERS,
    "content-security-policy": PLAIN_POLICY,
    "cache-control": "no-store",
}
