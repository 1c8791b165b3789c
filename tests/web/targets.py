"""The list that counts: fixes to address guards came one family at a time (promise N1)."""

from ipaddress import IPv4Address

FORBIDDEN_ADDRESSES = (
    # this host and this network
    *(str(IPv4Address(0)), "0.1.2.3", "127.0.0.1", "127.255.255.254", "::", "::1"),
    # private and shared
    *("10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1"),
    *("100.64.0.1", "100.127.255.254", "fc00::1", "fdff::1", "fec0::1"),
    # link-local, the metadata service of clouds among them
    *("169.254.0.1", "169.254.169.254", "fe80::1", "febf::1"),
    # multicast and broadcast
    *("224.0.0.1", "239.255.255.255", "255.255.255.255", "ff02::1", "ff0e::1"),
    # reserved, documentation, benchmark, protocol assignments
    *("240.0.0.1", "192.0.0.8", "192.0.0.9", "192.0.2.1", "198.51.100.1", "203.0.113.1"),
    *("198.18.0.1", "198.19.255.255", "192.88.99.1", "2001:db8::1", "3fff::1", "2001:2::1"),
    *("2001:10::1", "2001:20::1", "100::1", "5f00::1", "4000::1", "3ffe::1", "200::1"),
    # IPv4 in IPv6: mapped, compatible, NAT64, NAT64 of a local network, 6to4, Teredo
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:0.0.0.0"),
    *("::7f00:1", "::a00:1", "::ffff:0:7f00:1"),
    *("64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::7f00:1"),
    *("2002:7f00:1::", "2002:a00:1::1", "2002:c0a8:1::1", "2002:e000:1::"),
    *("2001:0:53aa:64c:0:0:80ff:fffe", "2001::1"),
    # with a zone
    *("fe80::1%lo", "::1%lo", "2600::1%1"),
)

PUBLIC_ADDRESSES = (
    *("1.1.1.1", "8.8.8.8", "9.9.9.9", "11.0.0.1", "100.63.255.255", "100.128.0.1"),
    *("126.255.255.255", "128.0.0.1", "169.253.1.1", "172.15.0.1", "172.32.0.1", "192.167.1.1"),
    *("192.169.0.1", "198.17.0.1", "198.20.0.1", "223.255.255.254"),
    *("2600::1", "2a00:1450:4001::1", "2606:4700::1111", "2400:cb00::1"),
    *("::ffff:8.8.8.8", "64:ff9b::808:808"),
)

HOSTS_THAT_MEAN_LOOPBACK = (
    *("2130706433", "0x7f000001", "0X7F.1", "0177.0.0.1", "017700000001", "127.1", "127.0.1"),
    *("localhost", "localhost.", "LOCALHOST", "deep.name.localhost", "127.0.0.1."),
)
"""Spellings that a system resolver, or a convention, turns into 127.0.0.1."""
