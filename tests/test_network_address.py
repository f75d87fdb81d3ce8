"""Which addresses are the public Internet's, address by address: the edges of every special-purpose block."""

import pytest

from auth.attempt import client
from auth.network_address import is_public

PUBLIC = """
    1.0.0.0 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 169.253.255.255
    169.255.0.0 172.15.255.255 172.32.0.0 191.255.255.255 192.0.1.0 192.0.3.0 192.31.195.255 192.31.197.0
    192.52.192.255 192.52.194.0 192.88.98.255 192.88.100.0 192.167.255.255 192.169.0.0 192.175.47.255 192.175.49.0
    198.17.255.255 198.20.0.0 198.51.99.255 198.51.101.0 203.0.112.255 203.0.114.0 223.255.255.255
    2000::1 2001:200::1 2001:db7:ffff::1 2001:db9::1 2606:4700::1111 2620:4f:7fff::1 2620:4f:8001::1 2a00::1
    3ffe:ffff::1 3fff:1000::1 3fff:ffff::1
    ::ffff:8.8.8.8 64:ff9b::8.8.8.8 64:ff9b::808:808 2002:808:808::1 2002:0808:0808:ffff::1
    2001:0:808:808:0:0:f7f7:f7f7
"""

NOT_PUBLIC = """
    0.0.0.0 0.255.255.255 10.0.0.0 10.255.255.255 100.64.0.0 100.127.255.255 127.0.0.0 127.0.0.1 127.255.255.255
    169.254.0.0 169.254.169.254 169.254.255.255 172.16.0.0 172.31.255.255 192.0.0.0 192.0.0.1 192.0.0.8 192.0.0.9
    192.0.0.10 192.0.0.170 192.0.0.171 192.0.0.255 192.0.2.0 192.0.2.255 192.31.196.0 192.31.196.255 192.52.193.1
    192.88.99.0 192.88.99.1 192.88.99.255 192.168.0.0 192.168.255.255 192.175.48.1 198.18.0.0 198.19.255.255
    198.51.100.0 198.51.100.255 203.0.113.0 203.0.113.255 224.0.0.0 239.255.255.255 240.0.0.0 255.255.255.254
    255.255.255.255
    :: ::1 ::8.8.8.8 ::127.0.0.1 ::a00:1 ::fffe:8.8.8.8 ::ffff:0:8.8.8.8 ::ffff:0:7f00:1 ::1:0:0:0
    ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:192.0.0.8 ::ffff:224.0.0.1 ::ffff:192.88.99.1
    64:ff9b::127.0.0.1 64:ff9b::10.0.0.1 64:ff9b::169.254.169.254 64:ff9b::192.88.99.1 64:ff9b::224.0.0.1
    64:ff9b::1:808:808 64:ff9b:1:: 64:ff9b:1::8.8.8.8 64:ff9b:1:ffff:ffff:ffff:ffff:ffff 64:ff9b:2::1 64:ff9a::1
    100:: 100::1 100:0:0:1::1 1fff:ffff::1
    2001:: 2001:1::1 2001:1::2 2001:1::3 2001:2::1 2001:3::1 2001:4:112::1 2001:10::1 2001:20::1 2001:30::1
    2001:1ff:ffff::1 2001:db8:: 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff 2620:4f:8000::1 2620:4f:8000:ffff::1
    2001:0:808:808:0:0:80ff:fffe 2001:0:a00:1:0:0:f7f7:f7f7 2001:0:7f00:1::1
    2002:7f00:1::1 2002:a00:1::1 2002:a9fe:a9fe::1 2002:c000:8:: 2002:c058:6301:: 2002:e000:1::1 2002:c0a8:101::1
    3fff:: 3fff::1 3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff 4000::1 5eff::1 5f00:: 5f00::1 5f00:ffff::1 5f01::1 9000::1
    fbff::1 fc00::1 fd00::1 fdff:ffff::1 fe00::1 fe7f::1 fe80::1 fe80::5efe:808:808 febf::1 fec0:: fec0::1 feff::1
    ff00::1 ff02::1 ff0e::1 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff
"""


@pytest.mark.parametrize("address", PUBLIC.split())
def test_address_of_the_public_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", NOT_PUBLIC.split())
def test_special_address_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("192.0.2.1", "64:ff9b::192.0.2.1", True),
        ("64:ff9b::192.0.2.1", "64:ff9b::192.0.2.2", False),
        ("2002:c000:201:1::1", "2002:c000:201:ffff::1", True),  # One IPv4 address has 65,536 networks in 6to4,
        ("2001:0:808:808::f7f7:f7f7", "2001:0:808:808::f7f7:f7f6", False),  # and one network of Teredo many clients.
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("2001:db8:1:2::1", "2001:db8:1:2::1%eth0", True),
        (None, "unix", True),
    ],
)
def test_client_is_an_ipv4_address_or_a_subscribers_network(one: str | None, other: str, is_same: bool) -> None:
    assert (client(one) == client(other)) is is_same
