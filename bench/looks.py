"""A file of ten thousand inquiries with its lines in the register, and the page of a person looked at very often."""

from bench import serving
from bench.figures import Figure
from bench.place import Place

LINES, SECONDS = 10_000, 20.0
LOOKS, PAGE_MS = 100_000, 100.0


def measure(place: Place) -> list[Figure]:
    """Time both.

    Args:
        place: The site.
    """
    place.settle_down()
    asked = place.work("ask_for_many", count=LINES)
    print(f"  {LINES} inquiries of one file in {asked['seconds']:.2f} s", flush=True)
    serving.collect_static(place)
    often = place.work("look_often", count=LOOKS)
    place.settle_down()
    with serving.served(place) as port:
        request = (
            f"GET {often['path']} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: sessionid={often['cookie']}\r\n"
            "Accept-Language: zh-Hans\r\n\r\n"
        )
        page = serving.drive(port=port, requests=[[request]], status=200)
    return [
        Figure(
            name=f"a file of {LINES} inquiries about as many persons, each with its line in the register",
            value=asked["seconds"], unit="s", target=f"< {SECONDS:.0f} s", holds=asked["seconds"] < SECONDS,
            note=f"{asked['peak_megabytes']} MB; database {asked['database_cpu_seconds']} s of processor",
        ),
        Figure(
            name=f"the first page of {LOOKS} looks at one person, p95", value=page["p95_ms"], unit="ms",
            target=f"< {PAGE_MS:.0f} ms", holds=page["p95_ms"] < PAGE_MS,
            note=f"one client, {page['requests']} pages, median {page['median_ms']:.1f} ms; each opening is a look too",
        ),
    ]  # fmt: skip
