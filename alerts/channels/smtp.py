"""``mailto:`` through a mail server: ``smtp://``, with STARTTLS where it is offered, or ``smtps://``."""

from __future__ import annotations

import email
import os
import smtplib
import ssl
from contextlib import suppress
from email import policy
from email.utils import parseaddr
from urllib.parse import SplitResult, unquote, urlsplit

from alerts.message import recipient
from alerts.plain import one_line
from crawler.errors import DeliveryError
from db.store.messages import Message

PASSWORD = "TOCSIN_SMTP_PASSWORD"  # noqa: S105 - the name of a variable
SECONDS = 20.0
FOR_GOOD = 500  # replies from here on are refusals for good (RFC 5321)
LOOPBACK = ("localhost", "127.", "::1")


class SmtpChannel:
    """One connection for a run of messages. A server that cannot be reached is asked once per run."""

    name = "smtp"

    def __init__(self, url: str, seconds: float = SECONDS) -> None:
        self.url: SplitResult = urlsplit(url)
        self.seconds = seconds
        self._smtp: smtplib.SMTP | None = None
        self._dead: str | None = None

    def send(self, message: Message) -> None:
        to = recipient(message.address).addr_spec
        sender = parseaddr(str(email.message_from_bytes(message.body, policy=policy.default)["From"]))[1]
        smtp = self._connected(sender)
        try:
            smtp.sendmail(sender, [to], message.body)
        except smtplib.SMTPRecipientsRefused as error:
            answer = next(iter(error.recipients.values()))
            raise DeliveryError(f"recipient refused: {_reply(answer)}", permanent=answer[0] >= FOR_GOOD) from error
        except smtplib.SMTPServerDisconnected as error:
            self.close()
            said = one_line(str(error))
            raise DeliveryError(f"the server closed the connection: {said}", perhaps=True) from error
        except smtplib.SMTPResponseException as error:
            reply = (error.smtp_code, error.smtp_error)
            raise DeliveryError(f"refused: {_reply(reply)}", permanent=reply[0] >= FOR_GOOD) from error
        except TimeoutError as error:
            self._drop()  # QUIT would hang as well, and so would the next message
            self._dead = f"mail server {self._where}: no answer within {self.seconds:g} seconds"
            raise DeliveryError(self._dead, perhaps=True) from error
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise DeliveryError(f"{type(error).__name__}: {one_line(str(error))}", perhaps=True) from error

    def close(self) -> None:
        if self._smtp is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._smtp.quit()
        self._drop()

    def _drop(self) -> None:
        """Leave without a word."""
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    def _connected(self, sender: str) -> smtplib.SMTP:
        if self._dead is not None:
            raise DeliveryError(self._dead)
        if self._smtp is None:
            try:
                self._smtp = self._connect(sender.rpartition("@")[2])
            except (smtplib.SMTPException, OSError, DeliveryError) as error:
                self._dead = f"mail server {self._where}: {one_line(str(error)) or type(error).__name__}"
                raise DeliveryError(self._dead) from error
        return self._smtp

    @property
    def _where(self) -> str:
        return f"{self.url.hostname}:{self._port}"

    @property
    def _port(self) -> int:
        return self.url.port or (smtplib.SMTP_SSL_PORT if self.url.scheme == "smtps" else smtplib.SMTP_PORT)

    def _connect(self, hello: str) -> smtplib.SMTP:
        host = self.url.hostname or "localhost"
        local = host.startswith(LOOPBACK)
        # our own name is given: smtplib would ask DNS for it, which may hang
        if self.url.scheme == "smtps":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                host, self._port, hello, timeout=self.seconds, context=_context(local)
            )
            secure = True
        else:
            smtp = smtplib.SMTP(host, self._port, hello, self.seconds)
            secure = local
        try:
            smtp.ehlo_or_helo_if_needed()
            if self.url.scheme != "smtps" and smtp.has_extn("starttls"):
                smtp.starttls(context=_context(local))
                smtp.ehlo()
                secure = True
            if self.url.username:
                self._login(smtp, secure)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _login(self, smtp: smtplib.SMTP, secure: bool) -> None:
        password = os.environ.get(PASSWORD)
        if not password:
            raise DeliveryError(f"alerts.smtp names a user, but ${PASSWORD} is not set")
        if not secure:
            raise DeliveryError("the server offers no encryption; the password is not sent in clear")
        smtp.login(unquote(self.url.username or ""), password)


def _context(local: bool) -> ssl.SSLContext:
    """Certificates are verified, except of this very machine, whose mail server signs its own."""
    context = ssl.create_default_context()
    if local:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _reply(reply: tuple[int, bytes | str]) -> str:
    code, text = reply
    return f"{code} {one_line(text.decode('utf-8', 'replace') if isinstance(text, bytes) else text)}"
