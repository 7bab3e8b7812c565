import socket
import sys

from config import devserver


def test_a_taken_port_is_passed_over():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        assert devserver.free_port("127.0.0.1", port) > port


def test_when_one_process_ends_the_others_are_stopped():
    steady = devserver.start([sys.executable, "-c", "import signal; signal.pause()"])
    failing = devserver.start([sys.executable, "-c", "raise SystemExit(3)"])
    processes = {"web": steady, "worker": failing}
    failing.wait(timeout=30)

    code = devserver.watch(processes, "127.0.0.1", 1)
    devserver.stop(processes)

    assert code == 3
    assert steady.poll() is not None
    for process in processes.values():
        process.stdout.close()


def test_nothing_listens_where_nothing_listens():
    assert not devserver.is_up("127.0.0.1", 1)
