"""Single letters: confirmations, links, receipts. Django's own way, and RFC 6531 where needed.

Django refuses an address whose part before the @ is not ASCII, in an error that names it.
"""

from email import policy

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend


class SingleMailer(EmailBackend):
    """Sends single letters over SMTP; those to "åsa@example.org" by SMTPUTF8.

    Raises ``smtplib.SMTPNotSupportedError``, which names nobody, where the server does
    not know that.
    """

    def _send(self, email_message: EmailMessage) -> bool:
        recipients = email_message.recipients()
        if all(address.isascii() for address in recipients):
            return super()._send(email_message)  # type: ignore[misc]
        self.connection.sendmail(  # type: ignore[union-attr]
            self.prep_address(email_message.from_email),
            [self.prep_address(address, force_ascii=False) for address in recipients],
            email_message.message(policy=policy.SMTPUTF8).as_bytes(),
            mail_options=["SMTPUTF8"],
        )
        return True
