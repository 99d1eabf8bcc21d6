"""Other readers on the same file, each in an environment of its own: one case a process, its figures as JSON.

PEER'S-PYTHON edi_peers.py CASE FILE WARM_UP_FILE
"""

import collections
import collections.abc
import json
import resource
import sys
import time
from pathlib import Path


def count_pyx12(path: str) -> int:
    import pyx12.x12file

    return sum(segment.get_seg_id() == "ST" for segment in pyx12.x12file.X12Reader(path))


def count_linuxforhealth(path: str) -> int:
    from linuxforhealth.x12.io import X12SegmentReader

    with X12SegmentReader(path) as reader:
        return sum(name == "ST" for name, _ in reader.segments())


def count_x12_python_segments(path: str) -> int:
    from x12.core.parser import SegmentParser

    text = Path(path).read_text(encoding="latin-1")
    return sum(segment.segment_id == "ST" for segment in SegmentParser().parse(text))


def count_x12_python_objects(path: str) -> int:
    from x12 import Parser

    parsed = Parser().parse(Path(path).read_text(encoding="latin-1"))
    return sum(len(group.transactions) for group in parsed.functional_groups)


def count_x12_edi_tools(path: str) -> int:
    from x12_edi_tools.x12_parser import X12Parser

    return len(X12Parser().parse(Path(path).read_text(encoding="latin-1"))["ST"])


def count_badx12(path: str) -> int:
    collections.Iterable = collections.abc.Iterable  # type: ignore[attr-defined]  # it is older than Python 3.10
    from badx12 import Parser

    parser = Parser()
    parser.parse_document(Path(path).read_text(encoding="latin-1"))
    return sum(len(group.transaction_sets) for group in parser.document.interchange.groups)


CASES = {
    name.removeprefix("count_"): case for name, case in list(globals().items()) if name.startswith("count_")
}

if __name__ == "__main__":
    CASES[sys.argv[1]](sys.argv[3])
    start = time.process_time()
    count = CASES[sys.argv[1]](sys.argv[2])
    print(
        json.dumps(
            {
                "seconds": time.process_time() - start,
                "count": count,
                "peak_kib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
            }
        )
    )
