"""Mail servers whose encryption is missing, a stranger's, misnamed or too old (T11)."""

import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.faults.account import settle_account
from tests.faults.mailserver import running_mail_server
from tests.faults.results import judge, scenario
from tests.faults.stage import Stage
from tests.faults.table import Result

FLAWS = ("no STARTTLS", "self-signed", "wrong name", "expired")


@scenario("T11")
def insist_on_encryption(stage: Stage) -> Iterator[Result]:
    """With STARTTLS required nothing leaves in clear, and nothing to a stranger."""
    if shutil.which("openssl") is None:
        yield Result("T11", "STARTTLS", skipped="openssl is missing")
        return
    campaign = stage.make_send(5)
    stage.keep_scene()
    good, trusted = _make_certificate(stage.var, "good", name="localhost")
    for flaw in FLAWS:
        stage.restore_scene()
        name = "elsewhere.example" if flaw == "wrong name" else "localhost"
        flawed, own = _make_certificate(
            stage.var, flaw.replace(" ", "-"), name=name, is_old=flaw == "expired"
        )
        # One of the wrong name is trusted but for its name, an old one but for its age.
        trust = own if flaw in ("wrong name", "expired") else trusted
        environment = {"SSL_CERT_FILE": str(trust)}
        orders = {"bulk_mail": {"host": "localhost", "starttls": "required"}}
        with running_mail_server(
            tls=None if flaw == "no STARTTLS" else flawed
        ) as server:
            stage.start_worker(server, environment=environment, **orders).join()
            refused = len(server.taken)
        with running_mail_server(tls=good) as server:
            environment = {"SSL_CERT_FILE": str(trusted)}
            stage.come_to_rest(campaign, server, environment=environment, **orders)
            clear = sum(not taken.is_encrypted for taken in server.taken)
            yield judge(
                "T11",
                f"STARTTLS required, {flaw}",
                settle_account(campaign, server),
                expected=[
                    ("nothing to the wrong server", refused == 0),
                    ("nothing in clear", clear == 0),
                ],
                in_clear=clear + refused,
            )


def _make_certificate(
    directory: Path, stem: str, *, name: str, is_old: bool = False
) -> tuple[ssl.SSLContext, Path]:
    """Return a server's side with a certificate of its own for a name, and the file."""
    key, certificate = directory / f"{stem}.key", directory / f"{stem}.pem"
    _run_openssl(
        *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
        *("-keyout", str(key), "-out", str(certificate), "-subj", f"/CN={name}"),
        *("-addext", f"subjectAltName=DNS:{name}"),
    )
    if is_old:
        # Signed once more, to have ended yesterday.
        fresh = certificate.rename(directory / f"{stem}.fresh.pem")
        _run_openssl(
            *("x509", "-in", str(fresh), "-signkey", str(key)),
            *("-days", "-1", "-out", str(certificate)),
        )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context, certificate


def _run_openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, stderr=subprocess.DEVNULL)
