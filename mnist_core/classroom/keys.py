"""What opens a room: its code for everybody, its secret and its passphrase for the teacher."""

import hashlib
import hmac
import secrets
import unicodedata

from mnist_core.errors import EntryUnusable, RoomUnknown

ALPHABET = "CHJKMNPRTWXY3479"
"""Letters and figures of which no two look alike: of O, 0, D and Q, of I, L and 1, of S and 5, of
Z and 2, of B and 8, of G and 6, and of U and V there is none. Without A, E and F they make no words
that a class would laugh at."""
CODE_LENGTH = 7
LONGEST_ENTRY = 200
SHORTEST_PASSPHRASE = 8
SECRET_BYTES = 32
SALT_BYTES = 16
WRITERS = 2**53
"""Writer numbers lie below this, which a browser's numbers hold exactly."""


def new_code() -> str:
    """One of 16⁷ codes, about 2.7 · 10⁸."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def new_secret() -> str:
    """256 random bits as 43 letters, figures, hyphens and underscores."""
    return secrets.token_urlsafe(SECRET_BYTES)


def new_writer() -> int:
    """A random number from 1 to WRITERS − 1 that says nothing about who it is."""
    return 1 + secrets.randbelow(WRITERS - 1)


def read_code(text: str) -> str:
    """The code in what somebody types: small letters, spaces and hyphens do not matter.

    Raises RoomUnknown when it can be no code.
    """
    code = "".join(text[:LONGEST_ENTRY].split()).replace("-", "").upper()
    if len(code) != CODE_LENGTH or not set(code) <= set(ALPHABET):
        raise RoomUnknown(
            f"A room's code has {CODE_LENGTH} letters and figures, such as "
            f"{spoken(ALPHABET[:CODE_LENGTH])}. Look again at the wall."
        )
    return code


def spoken(code: str) -> str:
    """As it is shown: in two groups, which are easier to read off a wall."""
    return f"{code[:3]} {code[3:]}"


def hash_of_secret(secret: str) -> bytes:
    """SHA-256: as good as a slow hash for 256 random bits."""
    return hashlib.sha256(secret[:LONGEST_ENTRY].encode("utf-8", "surrogatepass")).digest()


def hash_of_passphrase(passphrase: str, salt: bytes) -> bytes:
    """scrypt with 16 MB and about a twentieth of a second, since people's words can be guessed."""
    words = unicodedata.normalize("NFKC", passphrase).encode("utf-8", "surrogatepass")
    return hashlib.scrypt(words, salt=salt, n=2**14, r=8, p=1)


def new_salt() -> bytes:
    """Random, one for each passphrase."""
    return secrets.token_bytes(SALT_BYTES)


def same(one: bytes, other: bytes) -> bool:
    """Compared in a time that does not tell where they differ."""
    return hmac.compare_digest(one, other)


def check_passphrase(passphrase: str) -> str:
    """`passphrase` itself; raises EntryUnusable when it is too short or too long."""
    if not SHORTEST_PASSPHRASE <= len(passphrase) <= LONGEST_ENTRY:
        raise EntryUnusable(
            f"A passphrase has {SHORTEST_PASSPHRASE} to {LONGEST_ENTRY} characters. Three or four "
            "words are easy to remember."
        )
    return passphrase
