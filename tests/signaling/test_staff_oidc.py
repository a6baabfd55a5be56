"""Sign-in through a real OpenID Connect provider (npm: oidc-provider) on loopback."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import aiohttp
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from hearings.store.staff_log import Doing
from signaling.oidc import Oidc, Provider, ProviderError, challenge
from signaling.staff_oidc import CALLBACK

ROOT = Path(__file__).parents[2]
HOME = f"https://court.example{CALLBACK}"
SECRET = "a secret of the client: % & +"
VERIFIER = "the page's own secret, which it keeps to itself"
BY = Doing("system", "2026-11-21T09:00:00.000Z", "A test asks for it.")

needs_provider = pytest.mark.skipif(
    not shutil.which("node") or not (ROOT / "node_modules/oidc-provider").exists(), reason="needs node, npm install"
)


@pytest.fixture
async def issuer():
    process = await asyncio.create_subprocess_exec(
        "node", "tests/oidc/provider.mjs", HOME, cwd=ROOT, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    async with asyncio.timeout(30):
        line = (await process.stdout.readline()).decode().strip()
    yield line
    process.kill()
    await process.wait()


@pytest.fixture
async def court(start, issuer):
    return await start(oidc=Oidc(issuer, "courtroom", SECRET, HOME, "The provider"))


@pytest.fixture
async def linked(court, store, issuer):
    person = await store.staff_by_name("Judge Ahmetova")
    await store.link(person.court, person.id, issuer, "ahmetova", BY)
    return person


async def begin(court):
    body = {"challenge": challenge(VERIFIER)}
    response = await court.http.post("/api/v1/staff/oidc/start", json=body)
    assert response.status == 200, await response.text()
    return (await response.json())["url"]


async def at_provider(url, subject):
    """What a person does there: sign in, consent. The address to which they are sent back."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        response = await http.get(url)
        for _ in range(2):
            page = await response.text()
            action = re.search(r'action="([^"]+)"', page)[1]
            prompt = re.search(r'name="prompt" value="(\w+)"', page)[1]
            form = {"prompt": prompt, "login": subject, "password": "x"}
            response = await http.post(action, data=form, allow_redirects=False)
            while response.status in (302, 303):
                target = str(response.url.join(aiohttp.client.URL(response.headers["Location"])))
                if target.startswith(HOME):
                    return target
                response = await http.get(target, allow_redirects=False)
    raise AssertionError("the provider sent nobody back")


async def come_back(court, target):
    """The fragment with which our page is opened."""
    response = await court.http.get(f"{CALLBACK}?{urlsplit(target).query}", allow_redirects=False)
    assert response.status == 303
    page, _, fragment = response.headers["Location"].partition("#")
    assert page == "/staff"
    return fragment.partition("=")[0], fragment.partition("=")[2]


async def exchange(court, code, verifier=VERIFIER):
    response = await court.http.post("/api/v1/staff/oidc/exchange", json={"code": code, "verifier": verifier})
    return response.status, await response.json()


@needs_provider
async def test_who_is_linked_signs_in_through_the_provider(court, linked, store):
    kind, code = await come_back(court, await at_provider(await begin(court), "ahmetova"))
    assert kind == "sso"
    status, answer = await exchange(court, code)
    assert (status, answer["staff"]["name"]) == (200, linked.name)
    headers = {"Authorization": f"Bearer {answer['token']}"}
    assert (await court.http.get("/api/v1/staff/hearings", headers=headers)).status == 200
    newest = (await store.staff_events(linked.court, linked.id))[0]
    assert (newest.kind, newest.data) == ("signed_in", {"method": "provider"})


@needs_provider
async def test_who_is_not_linked_is_told_so_and_gets_no_account(court, store, hearing):
    target = await at_provider(await begin(court), "a stranger")
    assert await come_back(court, target) == ("sso-problem", "not-linked")
    assert await store.staff_by_name("a stranger") is None


@needs_provider
async def test_the_code_is_good_once_and_only_for_the_page_that_began(court, linked):
    _, code = await come_back(court, await at_provider(await begin(court), "ahmetova"))
    assert (await exchange(court, code, "another page's secret"))[1]["code"] == "entry-refused"
    assert (await exchange(court, code))[1]["code"] == "entry-refused"
    _, code = await come_back(court, await at_provider(await begin(court), "ahmetova"))
    assert (await exchange(court, code))[0] == 200
    assert (await exchange(court, code))[0] == 401


@needs_provider
async def test_the_providers_answer_is_good_once(court, linked):
    target = await at_provider(await begin(court), "ahmetova")
    assert (await come_back(court, target))[0] == "sso"
    assert await come_back(court, target) == ("sso-problem", "provider-down")


@needs_provider
async def test_a_required_second_factor_is_required_here_too(court, linked, store):
    await store.set_factor_policy(linked.court, True, BY)
    _, code = await come_back(court, await at_provider(await begin(court), "ahmetova"))
    assert (await exchange(court, code))[1]["step"] == "enrol"


@needs_provider
async def test_a_disabled_person_does_not_come_in_through_the_provider(court, linked, store):
    await store.set_disabled(linked.court, linked.id, True, BY)
    _, code = await come_back(court, await at_provider(await begin(court), "ahmetova"))
    assert (await exchange(court, code))[1]["code"] == "entry-refused"


@needs_provider
@pytest.mark.parametrize("change", [{"state": ""}, {"state": "made up"}, {"iss": "https://another.example"}])
async def test_an_answer_that_is_not_to_our_question_is_refused(court, linked, change):
    query = parse_qs(urlsplit(await at_provider(await begin(court), "ahmetova")).query)
    chosen = {name: values[0] for name, values in query.items()} | change
    response = await court.http.get(CALLBACK, params=chosen, allow_redirects=False)
    assert response.headers["Location"] == "/staff#sso-problem=entry-refused"


@needs_provider
async def test_the_request_carries_pkce_state_and_nonce_and_no_secret(court):
    query = parse_qs(urlsplit(await begin(court)).query)
    assert query["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= set(query)
    assert SECRET not in str(query)
    assert query["redirect_uri"] == [HOME]


@needs_provider
async def test_a_provider_that_calls_itself_otherwise_is_not_believed(issuer):
    options = Oidc(issuer.replace("127.0.0.1", "localhost"), "courtroom", SECRET, HOME, "")
    with pytest.raises(ProviderError, match="another issuer"):
        await Provider(options).authorization("state", "nonce", "verifier")


async def test_a_provider_that_does_not_answer_is_a_problem_of_its_own(start):
    court = await start(oidc=Oidc("http://127.0.0.1:9", "courtroom", SECRET, HOME, ""))
    response = await court.http.post("/api/v1/staff/oidc/start", json={"challenge": challenge(VERIFIER)})
    assert (response.status, (await response.json())["code"]) == (503, "provider-down")


async def test_without_a_provider_there_is_no_such_way(start):
    court = await start()
    assert await (await court.http.get("/api/v1/staff/oidc")).json() == {"name": None}
    assert (await court.http.get(CALLBACK)).status == 404


def test_an_issuer_is_reached_over_tls():
    with pytest.raises(ValueError, match="https"):
        Provider(Oidc("http://provider.example", "courtroom", SECRET, HOME, ""))


# ID tokens that a real provider does not make.

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
KEYS = {"keys": [json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key())) | {"kid": "1", "use": "sig"}]}
OPTIONS = Oidc("https://provider.example", "courtroom", SECRET, HOME, "")


def token(key=KEY, algorithm="RS256", **claims):
    now = int(time.time())
    whole = {"iss": OPTIONS.issuer, "aud": "courtroom", "sub": "s", "nonce": "n", "iat": now, "exp": now + 300}
    chosen = {name: value for name, value in (whole | claims).items() if value is not None}
    return jwt.encode(chosen, key, algorithm, headers={"kid": "1"})


def test_a_whole_id_token_is_believed():
    assert Provider(OPTIONS)._verified(token(), KEYS, "n") == "s"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://another.example"}, {"aud": "another"}, {"azp": "another"}, {"nonce": "another"},
        {"nonce": None}, {"nonce": 1}, {"exp": 1}, {"exp": None}, {"sub": None}, {"sub": ""}, {"sub": "s" * 256},
        {"iat": 9_999_999_999},
    ],
)  # fmt: skip
def test_an_id_token_with_a_wrong_claim_is_not_believed(claims):
    with pytest.raises(ProviderError):
        Provider(OPTIONS)._verified(token(**claims), KEYS, "n")


@pytest.mark.parametrize(
    "forged", [token(OTHER_KEY), token("x" * 32, "HS256"), token("", "none"), "no token", token()[:-4] + "AAAA"]
)
def test_an_id_token_that_another_signed_is_not_believed(forged):
    with pytest.raises(ProviderError):
        Provider(OPTIONS)._verified(forged, KEYS, "n")


def test_an_id_token_of_an_unknown_key_is_not_believed():
    with pytest.raises(ProviderError):
        Provider(OPTIONS)._verified(token(), {"keys": []}, "n")
