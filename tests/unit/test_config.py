"""The configuration: what can be used is used, and what cannot is refused with key, place and cure."""

import re
import tomllib
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ml_connector.cli.starter import PARTS, read_part
from ml_connector.config import ConfigRefused, LinkSettings, Settings, Tables, load
from ml_connector.mapping.rules.rulebook import parse_rules
from ml_connector.mapping.rules.toml_reading import Model

ROOT = Path(__file__).parents[2]
PASSWORDS = {
    "ML_CONNECTOR_LINK_MAIN_INTACCT_SENDER_PASSWORD": "canary-sender",
    "ML_CONNECTOR_LINK_MAIN_INTACCT_PASSWORD": "canary-user",
    "ML_CONNECTOR_LINK_MAIN_CLEO_PASSWORD": "canary-cleo",
}
STARTER = read_part("ml-connector.toml")
Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a starter configuration in which one piece of text is replaced."""

    def replace(old: str, new: str) -> Path:
        assert old in STARTER
        path = tmp_path / "ml-connector.toml"
        path.write_text(STARTER.replace(old, new))
        (tmp_path / "rules").mkdir(exist_ok=True)
        return path

    return replace


def refuse(path: Path, environment: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ConfigRefused) as refused:
        load(path, PASSWORDS if environment is None else environment)
    assert str(refused.value) == "\n".join(refused.value.problems)
    assert "canary" not in str(refused.value)
    return refused.value.problems


def test_the_starter_can_be_loaded_as_it_is_written(tmp_path: Path) -> None:
    for part in PARTS:
        (tmp_path / part).parent.mkdir(exist_ok=True)
        (tmp_path / part).write_text(read_part(part))

    settings = load(tmp_path / "ml-connector.toml", PASSWORDS)

    link = settings.links["main"]
    assert (link.settings.mode, link.settings.reference_every) == ("test", timedelta(minutes=5))
    assert link.settings.doubt == tuple(timedelta(minutes=n) for n in (0, 1, 5, 16))
    assert settings.store_url == f"sqlite:///{tmp_path / 'ml-connector.db'}"
    assert sorted(link.rules) == ["coding.toml", "partners.toml", "routes.toml", "vendors.toml"]
    assert parse_rules(link.rules).partners[0].name == "Example Steel"


@pytest.mark.parametrize("path", sorted((ROOT / "examples").rglob("ml-connector.toml")), ids=str)
def test_every_example_can_be_loaded(path: Path) -> None:
    names = tomllib.loads(path.read_text())["link"]
    passwords = {
        key.replace("LINK_MAIN", f"LINK_{name.upper()}"): value
        for name in names
        for key, value in PASSWORDS.items()
    }

    settings = load(path, passwords)

    assert list(settings.links) == list(names)
    assert all(parse_rules(link.rules).routes for link in settings.links.values())


def list_settings(model: type[Model], *place: str) -> Iterator[tuple[str, ...]]:
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, Model):
            yield from list_settings(inner, *place, name)
        else:
            yield (*place, name)


@pytest.mark.parametrize("place", [("store", "url"), *list_settings(LinkSettings)], ids=".".join)
def test_every_setting_is_shown_in_the_starter(place: tuple[str, ...]) -> None:
    table = ".".join(("link", "main", *place[:-1]) if place[0] != "store" else ("store",))

    wholly = re.compile(rf"^#? ?\[{re.escape(table)}\.{place[-1]}\]", re.MULTILINE)
    alone = re.compile(rf"^\[{re.escape(table)}\][^\[]*^#? ?{place[-1]} = ", re.MULTILINE | re.DOTALL)

    assert wholly.search(STARTER) or alone.search(STARTER.replace('["', '"'))


def test_the_table_of_settings_has_nothing_the_drift_test_does_not_know() -> None:
    assert set(Tables.model_fields) == {"store", "run", "retention", "link"}


def test_a_missing_file_is_refused_with_the_command_that_writes_one(tmp_path: Path) -> None:
    path = tmp_path / "ml-connector.toml"

    assert refuse(path) == [f"{path}: not found; write one with: ml-connector init"]


@pytest.mark.parametrize("content", [b"\xff\xfe no text", None])
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "ml-connector.toml"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)

    (problem,) = refuse(path)

    assert problem.startswith(f"{path}: cannot be read: ")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("mode = ", "mod = ", ": link.main.mod: unknown key; did you mean 'mode'?"),
        ("user_id = ", "zzz = ", ": link.main.intacct.user_id: missing; add user_id = …"),
        ("user_id = ", "zzz = ", ": link.main.intacct.zzz: unknown key; known here: base_currency, company_id"),
        ('mode = "test"', 'mode = "dry"', ": link.main.mode: input should be 'test' or 'live'"),
        ('"USD"', "7", ": link.main.intacct.base_currency: input should be a valid string"),
        (
            '"5m" ',
            '"5 minutes" ',
            ': link.main.reference_every: write a duration such as "5m" (units: s, m, h, d)',
        ),
        ('"5m" ', "300 ", ': link.main.reference_every: write a duration such as "5m"'),
        ('["0s", "1m", "5m", "16m"]', '["1m", "0s"]', ": link.main.doubt: write rising times, such as"),
        ('["0s", "1m", "5m", "16m"]', "[]", ": link.main.doubt: write rising times, such as"),
        ('["0s", "1m", "5m", "16m"]', '["0s", "5m"]', ": link.main: doubt: Intacct may go on executing"),
        ('["0s", "1m", "5m", "16m"]', '"0s"', ": link.main.doubt: "),
        ('["0s", "1m", "5m", "16m"]', '["0s", "soon"]', ': link.main.doubt[2]: write a duration such as "5m"'),
        ("https://yourtenant", "http://yourtenant", "link.main.cleo.url: write an address that begins with https://"),
        ("https://yourtenant", "http://127.0.0.1.evil", "link.main.cleo.url: write an address that begins with"),
        ("https://api.intacct.com", "https://", "link.main.intacct.url: write an address that begins with"),
        (
            "https://yourtenant",
            "https://edi:canary@yourtenant",
            "link.main.cleo.url: write the address without user and password",
        ),
        (
            'base_currency = "USD"',
            'base_currency = "USD"\nendpoint_hosts = ["https://x.example"]',
            ': link.main.intacct.endpoint_hosts[1]: write a host such as "gateway.example.com", or',
        ),
        ("[link.main]  ", "[link]  ", "link.mode: not a table; write [link.mode]"),
        ("[store]", "[store", "Write TOML, such as"),
        ("[store]", "[stor]", ": stor: unknown key; did you mean 'store'?"),
    ],
)  # fmt: skip
def test_a_key_that_cannot_be_used_is_refused_with_its_place_and_its_cure(
    write: Write, old: str, new: str, said: str
) -> None:
    path = write(old, new)

    problems = refuse(path)

    assert any(said in problem for problem in problems), problems
    assert all(problem.startswith(f"{path}: ") for problem in problems)


def test_addresses_of_this_machine_may_do_without_encryption(write: Write) -> None:
    path = write("https://yourtenant.cleointegration.com", "http://localhost:8080")

    assert load(path, PASSWORDS).links["main"].settings.cleo.url == "http://localhost:8080"


def test_without_any_link_there_is_nothing_to_do(tmp_path: Path) -> None:
    path = tmp_path / "ml-connector.toml"
    path.write_text("[link]\n")

    assert refuse(path, {}) == [f"{path}: no link; add [link.main]"]


def test_two_links_that_would_share_their_variables_are_refused(write: Write) -> None:
    path = write("[store]", "[store]")
    path.write_text(STARTER + STARTER[STARTER.index("[link.main]") :].replace("link.main", "link.MAIN"))

    assert refuse(path) == [
        f"{path}: link.MAIN: its environment variables would be those of link.main; give it another name"
    ]


def test_every_missing_secret_is_named_with_both_ways_to_give_it(write: Write) -> None:
    problems = refuse(write("[store]", "[store]"), {})

    assert problems == [
        f"environment: {name}: missing; set it, or {name}_FILE to the path of a file that holds it"
        for name in PASSWORDS
    ]


def test_an_empty_secret_counts_as_none(write: Write, tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    sender, user, cleo = PASSWORDS
    environment = {sender: "", f"{user}_FILE": str(tmp_path / "empty"), cleo: "canary-cleo"}

    problems = refuse(write("[store]", "[store]"), environment)

    assert problems == [f"environment: {name}: empty; set it to the password" for name in (sender, user)]


def test_a_secret_may_stand_in_a_file_and_loses_only_its_line_end(write: Write, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("  two words \r\n")
    name = "ML_CONNECTOR_LINK_MAIN_INTACCT_PASSWORD"
    environment = {key: value for key, value in PASSWORDS.items() if key != name}

    settings = load(write("[store]", "[store]"), environment | {f"{name}_FILE": str(tmp_path / "secret")})

    assert settings.links["main"].secrets.user_password == "  two words "


@pytest.mark.parametrize("content", [None, b"\xff"])
def test_a_secret_file_that_cannot_be_read_is_named(
    write: Write, tmp_path: Path, content: bytes | None
) -> None:
    secret = tmp_path / "secret"
    if content is not None:
        secret.write_bytes(content)
    name = "ML_CONNECTOR_LINK_MAIN_CLEO_PASSWORD"
    environment = {key: value for key, value in PASSWORDS.items() if key != name}

    (problem,) = refuse(write("[store]", "[store]"), environment | {f"{name}_FILE": str(secret)})

    assert problem.startswith(f"environment: {name}_FILE: {secret} cannot be read: ")


@pytest.mark.parametrize(
    "name", ["ML_CONNECTOR_LINK_MIAN_MODE", "ML_CONNECTOR_LINK_MAIN_CLEO_PASWORD", "ML_CONNECTOR_STORE"]
)
def test_a_variable_of_ours_that_means_nothing_is_refused(write: Write, name: str) -> None:
    problems = refuse(write("[store]", "[store]"), PASSWORDS | {name: "canary"})

    assert problems == [f"environment: {name}: no such setting; unset it, or correct its name"]


def test_variables_of_others_do_not_concern_us(write: Write) -> None:
    environment = PASSWORDS | {"ML_CONNECTORS": "x", "HOME": "/", "ML_CONNECTOR_CONFIG": "elsewhere"}

    assert load(write("[store]", "[store]"), environment).links


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("STORE_URL", "sqlite:////var/books.db", lambda s: s.store_url),
        ("LINK_MAIN_MODE", "live", lambda s: s.links["main"].settings.mode),
        ("LINK_MAIN_RULES", "", lambda s: s.links["main"].settings.rules),
        ("LINK_MAIN_INTACCT_URL", "https://other.example/gw", lambda s: s.links["main"].settings.intacct.url),
        ("LINK_MAIN_INTACCT_COMPANY_ID", "BRINDLE", lambda s: s.links["main"].settings.intacct.company_id),
        ("LINK_MAIN_CLEO_INBOUND", "/in", lambda s: s.links["main"].settings.cleo.inbound),
    ],
)
def test_the_environment_speaks_louder_than_the_file(
    write: Write, name: str, value: str, read: Callable[[Settings], str]
) -> None:
    settings = load(write("[store]", "[store]"), PASSWORDS | {f"ML_CONNECTOR_{name}": value})

    assert read(settings) == value


def test_the_environment_may_say_what_the_file_leaves_out(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    path = tmp_path / "ml-connector.toml"
    path.write_text("[link.ap-1]\n")
    own = {"INTACCT_SENDER_ID": "s", "INTACCT_COMPANY_ID": "c", "INTACCT_USER_ID": "u", "CLEO_USERNAME": "e"}
    own |= {"INTACCT_BASE_CURRENCY": "USD"}
    own |= {"CLEO_URL": "https://c.example", "REFERENCE_EVERY": "2h"}
    own |= {name.removeprefix("ML_CONNECTOR_LINK_MAIN_"): value for name, value in PASSWORDS.items()}

    settings = load(path, {f"ML_CONNECTOR_LINK_AP_1_{name}": value for name, value in own.items()})

    assert settings.links["ap-1"].settings.reference_every == timedelta(hours=2)


def test_a_wrong_value_from_the_environment_is_refused_under_the_name_of_its_variable(write: Write) -> None:
    path = write("[store]", "[store]")
    environment = PASSWORDS | {
        "ML_CONNECTOR_LINK_MAIN_MODE": "dry",
        "ML_CONNECTOR_LINK_MAIN_CLEO_URL": "ftp://c.example",
    }

    problems = refuse(path, environment)

    assert [problem.partition(": write")[0] for problem in problems] == [
        "environment: ML_CONNECTOR_LINK_MAIN_MODE: input should be 'test' or 'live'",
        "environment: ML_CONNECTOR_LINK_MAIN_CLEO_URL",
    ]


@pytest.mark.parametrize("text", ["link = 3\n", "store = 3\n[link.main]\n", "[link]\nmain = 3\n"])
def test_a_value_where_a_table_belongs_is_refused_also_when_the_environment_speaks(
    tmp_path: Path, text: str
) -> None:
    path = tmp_path / "ml-connector.toml"
    path.write_text(text)

    problems = refuse(path, {"ML_CONNECTOR_LINK_MAIN_CLEO_URL": "x", "ML_CONNECTOR_STORE_URL": "x"})

    assert any("not a table; write [" in problem for problem in problems)


def test_a_missing_rules_folder_is_refused(write: Write, tmp_path: Path) -> None:
    path = write('rules = "rules"', 'rules = "guidelines"')

    assert refuse(path) == [
        f"{tmp_path / 'guidelines'}: no such folder; make it, or correct rules = … of the link"
    ]


def test_a_rule_file_that_cannot_be_read_is_named(write: Write, tmp_path: Path) -> None:
    path = write("[store]", "[store]")
    (tmp_path / "rules" / "coding.toml").write_bytes(b"\xff")

    (problem,) = refuse(path)

    assert problem.startswith(f"{tmp_path / 'rules' / 'coding.toml'}: cannot be read: ")


@pytest.mark.parametrize(
    ("url", "located"),
    [
        ("sqlite:///books.db", "sqlite:///{folder}/books.db"),
        ("sqlite:///../books.db", "sqlite:///{parent}/books.db"),
        ("sqlite:////var/books.db", "sqlite:////var/books.db"),
        ("postgresql://mira:canary@db.example/books", "postgresql://mira:canary@db.example/books"),
    ],
)
def test_a_store_stands_beside_the_file_unless_it_says_otherwise(
    write: Write, tmp_path: Path, url: str, located: str
) -> None:
    settings = load(write("sqlite:///ml-connector.db", url), PASSWORDS)

    assert settings.store_url == located.format(folder=tmp_path, parent=tmp_path.parent)


def test_the_key_is_found_beside_the_file_or_where_the_environment_says(write: Write, tmp_path: Path) -> None:
    path = write("[store]", "[store]")
    (tmp_path / "other").write_text("canary of another place\n")

    none = load(path, PASSWORDS).key
    (tmp_path / "ml-connector.key").write_text("canary of init\n")
    beside = load(path, PASSWORDS).key
    elsewhere = load(path, PASSWORDS | {"ML_CONNECTOR_KEY_FILE": str(tmp_path / "other")}).key
    said = load(path, PASSWORDS | {"ML_CONNECTOR_KEY": "canary said"}).key

    assert (none, beside, elsewhere, said) == (
        b"",
        b"canary of init",
        b"canary of another place",
        b"canary said",
    )


def test_no_secret_shows_when_settings_are_printed(write: Write) -> None:
    path = write("sqlite:///ml-connector.db", "postgresql://mira:canary@db.example/books")

    settings = load(path, PASSWORDS | {"ML_CONNECTOR_KEY": "canary"})

    assert settings.links["main"].secrets.cleo_password == "canary-cleo"
    assert "canary" not in repr(settings)
    assert "canary" not in repr(Tables.model_validate(tomllib.loads(path.read_text())))


@pytest.mark.parametrize(
    ("name", "value", "longest"),
    [
        ("INTACCT_READ_TIMEOUT", "0s", "1m"),
        ("INTACCT_READ_TIMEOUT", "2m", "1m"),
        ("INTACCT_WRITE_TIMEOUT", "6m", "5m"),
        ("CLEO_TIMEOUT", "11m", "10m"),
    ],
)
def test_a_time_out_too_short_or_too_long_to_be_safe_is_refused(
    write: Write, name: str, value: str, longest: str
) -> None:
    variable = f"ML_CONNECTOR_LINK_MAIN_{name}"

    problems = refuse(write("[store]", "[store]"), PASSWORDS | {variable: value})

    assert problems == [f'environment: {variable}: write a duration from "1s" to "{longest}"']


def test_exchanges_are_kept_for_as_long_as_is_said(write: Write) -> None:
    told = PASSWORDS | {"ML_CONNECTOR_RETENTION_EXCHANGES": "36h"}

    assert load(write("[store]", "[store]"), told).retention.exchanges == timedelta(hours=36)


@pytest.mark.parametrize("kept", ["12h", "3651d"])
def test_exchanges_are_kept_for_a_day_at_least_and_not_for_ever(write: Write, kept: str) -> None:
    (problem,) = refuse(
        write("[store]", '[retention]\nfailed_exchanges = "KEPT"\n[store]'.replace("KEPT", kept))
    )

    assert problem.endswith(': retention.failed_exchanges: write a duration from "1d" to "3650d"')


PUBLISH = "[link.main.cleo]\n"


def publish(write: Write, *lines: str, link: str = "main") -> Path:
    """A configuration that publishes so."""
    table = "\n".join((f"[link.{link}.publish]", *lines, "", PUBLISH))
    return write(PUBLISH, table)


def test_nothing_is_published_unless_the_table_is_there_and_it_may_be_empty(write: Write) -> None:
    without = load(write(PUBLISH, PUBLISH), PASSWORDS).links["main"].settings
    empty = load(publish(write), PASSWORDS).links["main"].settings

    assert (without.publish, without.partners) == (None, None)
    assert empty.publish is not None
    assert (empty.publish.folder, empty.publish.full_every) == ("/reference", timedelta(days=7))
    assert empty.publish.name_file("vendors") == "INTACCT_Vendors"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('kinds = ["vendor"]', "publish.kinds[1]"),
        ("kinds = []", "name at least one, and each once"),
        ('forms = ["csv", "csv"]', "name at least one, and each once"),
        ('names = { vendors = "a/b" }', "write a name of letters"),
        ('names = { vendors = "INTACCT_Items" }', "'INTACCT_Items' is there twice"),
        ('columns = { vendors = ["nmae"] }', "no column 'nmae'; there are: name, status"),
        ('columns = { vendors = ["tax_id"] }', "only with tax_id = true"),
        ('columns = { terms = ["status", "status"] }', "a column is there twice"),
        ('full_every = "weekly"', "write a duration"),
    ],
)
def test_what_cannot_be_published_is_refused_in_words_that_help(write: Write, line: str, said: str) -> None:
    (problem,) = refuse(publish(write, line))

    assert "link.main.publish" in problem
    assert said in problem


def test_lists_of_partners_have_a_folder_of_their_own(write: Write) -> None:
    text = f'[link.main.partners]\nfolder = "/edi/inbound"\n\n{PUBLISH}'

    (problem,) = refuse(write(PUBLISH, text))

    assert "partners.folder: /edi/inbound is cleo.inbound already" in problem


def test_two_links_do_not_write_the_same_table_of_a_tenant(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    path = tmp_path / "ml-connector.toml"
    both = [STARTER, STARTER.replace("link.main", "link.west").split("\n[link.west]", 1)[1]]
    text = "\n[link.west]".join(both) + '\n[link.main.publish]\n[link.west.publish]\nkinds = ["vendors"]\n'
    path.write_text(text)
    passwords = PASSWORDS | {name.replace("MAIN", "WEST"): value for name, value in PASSWORDS.items()}

    (problem,) = refuse(path, passwords)
    path.write_text(f'{text}names = {{ vendors = "WEST_Vendors" }}\n')

    assert "link.west.publish.names: link.main publishes INTACCT_Vendors there too" in problem
    assert load(path, passwords).links["west"].settings.publish is not None


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('bill_summary = "EDI {day}"', ': link.main.company.bill_summary: write a name such as "EDI {year}-{month}"'),
        ('bill_summary = "EDI"', "link.main.company: bill_summary: it is sent only with named_bill_summaries"),
        ('exchange_rate_type = "Daily"', "link.main.company: exchange_rate_type: it is sent only with multi_currency"),
    ],
)  # fmt: skip
def test_how_bills_are_wanted_is_said_whole(write: Write, written: str, said: str) -> None:
    (problem,) = refuse(write("# vendor_numbering = false ", f"{written}\n# "))

    assert said in problem


def test_the_soft_limit_warns_of_the_hard_one_so_it_is_less(write: Write) -> None:
    (problem,) = refuse(write("# soft_limit = 80000", "soft_limit = 11\nhard_limit = 10"))

    assert "link.main.meter: soft_limit: it warns of hard_limit; let it be less" in problem
