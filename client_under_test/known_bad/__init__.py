"""Real releases with a real fault, each beside its fixed twin: the catalogue must find such faults."""

RELEASES = {
    "aiohttp@3.8.4": "known_bad.releases:Aiohttp384",
    "go@1.24.12": "known_bad.releases:Go12412",
    "node@24.16.0": "known_bad.releases:Node24160",
    "node@24.17.0": "known_bad.releases:Node24170",
    "okhttp@3.0.1": "known_bad.releases:OkHttp301",
    "okhttp@3.1.2": "known_bad.releases:OkHttp312",
    "request@2.88.2": "known_bad.releases:Request2882",
    "requests-toolbelt@1.0.0": "known_bad.releases:RequestsToolbelt100",
    "requests@2.31.0": "known_bad.releases:Requests2310",
    "urllib3@1.26.3": "known_bad.releases:Urllib31263",
}
"""Name of a release and where its adapter is."""
