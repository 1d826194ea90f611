"""The citizen's file page over HTTP, against pgbench sending the same statements, twenty clients each."""

from bench import lines, serving
from bench.figures import Figure
from bench.place import Place
from chengxin.periods.civil import civil_date

SHARE, TAIL = 0.05, 4.0


def measure(place: Place, *, known: list[str], supplier: str) -> list[Figure]:
    """Give twenty citizens fifty items each, let each open the own page again and again, and compare.

    Args:
        place: The site.
        known: All people.
        supplier: Who supplies the items.
    """
    path = place.files / "citizens.csv"
    lines.write_file_about(
        lines.CITIZENS, each=lines.ITEMS_OF_A_CITIZEN, target=path, known=known, today=civil_date(place.now)
    )
    place.work("settle", file=str(path), supplier=supplier)
    serving.collect_static(place)
    signed_in = place.work("citizens")
    pages = place.work("capture", cookies=signed_in["cookies"])["pages"]
    place.settle_down()
    limit = serving.pgbench(place, "page", pages)
    place.settle_down()
    with serving.served(place) as port:
        requests = [
            f"GET {signed_in['path']} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: sessionid={cookie}\r\n"
            "Accept-Language: zh-Hans\r\n\r\n"
            for cookie in signed_in["cookies"]
        ]
        ours = serving.drive(port=port, requests=[[request] for request in requests], status=200)
    share = ours["per_second"] / limit
    tail = ours["p99_ms"] / ours["median_ms"]
    items = lines.ITEMS_OF_A_CITIZEN
    return [
        Figure(
            name=f"file page of {items} items, opened and registered, ÷ pgbench with the same SQL", value=share,
            target=f"≥ {SHARE}", holds=share >= SHARE,
            note=f"{ours['per_second']:.0f} pages/s against {limit:.0f} transactions/s, {len(pages)} clients,"
            f" {len([said for said in pages[0] if said not in {'BEGIN', 'COMMIT'}])} statements",
        ),
        Figure(
            name="file page, p99 ÷ median", value=tail, target=f"≤ {TAIL:.0f}", holds=tail <= TAIL,
            note=f"{ours['median_ms']:.1f} ms and {ours['p99_ms']:.1f} ms",
        ),
    ]  # fmt: skip
