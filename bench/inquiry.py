"""Authorised inquiries over HTTP, against pgbench sending the same statements, twenty clients each."""

import time

from bench import lines, serving
from bench.figures import Figure
from bench.place import Place
from chengxin.periods.civil import civil_date

SHARE, TAIL_MS = 0.30, 40.0
# So long the platform counts the requests of a client, of which it answers no more than some hundreds.
LIMIT_SECONDS = 60


def measure(place: Place, *, known: list[str], supplier: str) -> list[Figure]:
    """Let twenty clients of four banks ask about a person with twenty items each, and compare.

    Args:
        place: The site.
        known: All people.
        supplier: Who supplies the items.
    """
    path = place.files / "asked.csv"
    lines.write_file_about(
        lines.ASKED, each=lines.ITEMS_OF_AN_ASKED, target=path, known=known, today=civil_date(place.now)
    )
    place.work("settle", file=str(path), supplier=supplier)
    serving.collect_static(place)
    ready = place.work("requesters", packs=str(place.files / "packs"))
    asks = ready["asks"]
    captured = place.work("capture_inquiries", asks=asks, status=200)["inquiries"]
    place.settle_down()
    limit = serving.pgbench(place, "inquiry", captured)
    place.settle_down()
    with serving.served(place) as port:
        requests = [[_request(port, ready["path"], ask)] for ask in asks]
        ours = serving.drive(port=port, requests=requests, status=200)
        place.settle_down()
        paced = serving.drive(port=port, requests=requests, status=200, per_second=ours["per_second"] / 2)
        place.work("withdraw", asks=asks)
        time.sleep(LIMIT_SECONDS)
        refused = serving.drive(port=port, requests=requests, status=403)
    share = ours["per_second"] / limit
    return [
        Figure(
            name=f"authorised inquiry about {lines.ITEMS_OF_AN_ASKED} items, registered and receipted,"
            " ÷ pgbench with the same SQL",
            value=share, target=f"≥ {SHARE}", holds=share >= SHARE,
            note=f"{ours['per_second']:.0f} inquiries/s against {limit:.0f} transactions/s, {len(asks)} clients,"
            f" {len([said for said in captured[0] if said not in {'BEGIN', 'COMMIT'}])} statements",
        ),
        Figure(
            name="inquiry at half that load, p99", value=paced["p99_ms"], unit="ms", target=f"≤ {TAIL_MS:.0f} ms",
            holds=paced["p99_ms"] <= TAIL_MS,
            note=f"{paced['per_second']:.0f} inquiries/s, median {paced['median_ms']:.1f} ms",
        ),
        Figure(
            name="refused inquiry, answers a second ÷ those of permitted ones",
            value=refused["per_second"] / ours["per_second"], target="≥ 1",
            holds=refused["per_second"] >= ours["per_second"],
            note=f"{refused['per_second']:.0f} refusals/s, from the request after the withdrawal on",
        ),
    ]  # fmt: skip


def _request(port: int, path: str, ask: dict[str, str]) -> str:
    body = ask["body"]  # plain ASCII: json.dumps escapes the rest
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {ask['token']}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nAccept-Language: zh-Hans\r\n\r\n{body}"
    )
