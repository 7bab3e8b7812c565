"""The command line: python -m config.embedded start|stop|status|urls [--test] [--unless-used]"""

import argparse
import sys

from config import embedded
from config.embedded import EmbeddedError, ensure, release, status, stop, urls


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m config.embedded", description=embedded.__doc__)
    parser.add_argument("command", choices=["start", "stop", "status", "urls"])
    parser.add_argument("--test", action="store_true", help="the instance of the tests, not that of development")
    parser.add_argument("--unless-used", action="store_true", help="with stop: leave servers alone that somebody uses")
    options = parser.parse_args(argv)
    name = "test" if options.test else "dev"
    if options.command == "start":
        ensure(name)
    elif options.command == "stop":
        release(name) if options.unless_used else stop(name)
    for server, runs in status(name).items():
        if options.command != "urls":
            print(f"{name} {server}: {'running' if runs else 'stopped'}")
    if options.command == "urls":
        print(f"DATABASE_URL={urls(name).database}\nREDIS_URL={urls(name).redis}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except EmbeddedError as error:
        sys.exit(f"embedded: {error}")
