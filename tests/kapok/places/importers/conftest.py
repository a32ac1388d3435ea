"""Small files of divisions, and the folder of real data where there is one."""

import os
from pathlib import Path

import pytest

ROWS = {
    "provinces": "code,name\n44,广东省\n11,北京市\n",
    "cities": "code,name,provinceCode\n4401,广州市,44\n4419,东莞市,44\n1101,市辖区,11\n",
    "areas": "code,name,cityCode,provinceCode\n440103,荔湾区,4401,44\n441900,东莞市,4419,44\n",
    "streets": (
        "code,name,areaCode,provinceCode,cityCode\n"
        "440103022,中南街道,440103,44,4401\n441900003,东城街道,441900,44,4419\n"
    ),
    "villages": (
        "code,name,streetCode,provinceCode,cityCode,areaCode\n"
        "440103022001,海中社区,440103022,44,4401,440103\n"
        "440103022002,海南社区,440103022,44,4401,440103\n"
        "441900003001,岗贝社区,441900003,44,4419,441900\n"
    ),
}


@pytest.fixture
def folder(tmp_path):
    """The files of the package, unpacked."""
    dist = tmp_path / "package" / "dist"
    dist.mkdir(parents=True)
    for stem, text in ROWS.items():
        (dist / f"{stem}.csv").write_text(text, encoding="utf-8")
    return dist


@pytest.fixture
def guangdong():
    """Guangdong's real communities; see CONTRIBUTING for where the folder comes from."""
    beside = Path(__file__).parents[4].parent / "shared" / "data"
    data = Path(os.environ.get("KAPOK_SAMPLE_DATA", beside)) / "guangdong"
    if not data.is_dir():
        pytest.skip(f"There is no folder of real data at {data} (KAPOK_SAMPLE_DATA).")
    return data
