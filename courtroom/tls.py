"""A certificate for trials in one's own network: signed by an authority made for it alone, whose key is thrown away.

Whoever installs `authority.pem` on a phone therefore trusts this one server and nothing that could be signed later.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import os
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_DAYS = 397  # the longest that browsers accept
_RENEW_BEFORE = dt.timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Certificate:
    """PEM files: the server's chain, its key (mode 0600), and the authority that a phone may be told to trust."""

    chain: Path
    key: Path
    authority: Path

    def fingerprint(self) -> str:
        """SHA-256 of the server's certificate, as browsers show it."""
        digest = x509.load_pem_x509_certificate(self.chain.read_bytes()).fingerprint(hashes.SHA256())
        return digest.hex(":").upper()


def context(chain: Path, key: Path) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.load_cert_chain(chain, key)
    return made


def own_certificate(folder: Path, names: Iterable[str], now: dt.datetime) -> Certificate:
    """The certificate in `folder`, made anew where it lacks one of `names` (host names, IP addresses) or runs out."""
    files = Certificate(folder / "cert.pem", folder / "key.pem", folder / "authority.pem")
    wanted = {_general(name) for name in names}
    if not _still_good(files, wanted, now):
        _write(files, sorted(wanted, key=repr), now)
    return files


def _still_good(files: Certificate, wanted: set[x509.GeneralName], now: dt.datetime) -> bool:
    if not (files.chain.exists() and files.key.exists() and files.authority.exists()):
        return False
    certificate = x509.load_pem_x509_certificate(files.chain.read_bytes())
    named = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return wanted <= set(named) and now + _RENEW_BEFORE < certificate.not_valid_after_utc


def _write(files: Certificate, names: list[x509.GeneralName], now: dt.datetime) -> None:
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority_name, name = _name("Courtroom trial authority"), _name("Courtroom trial server")
    authority = (
        _builder(authority_name, authority_name, authority_key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    certificate = (
        _builder(name, authority_name, key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    files.chain.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _private(files.key, key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    files.authority.write_bytes(authority.public_bytes(pem))
    files.chain.write_bytes(certificate.public_bytes(pem) + authority.public_bytes(pem))


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: dt.datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=_DAYS - 1))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _private(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
