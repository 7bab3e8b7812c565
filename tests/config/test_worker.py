"""The promise of settings/parts/tasks.py: a task whose worker is killed is done by the next one, once."""

import os
import signal

import psutil
from django.conf import settings

from tests.config.tasks_for_tests import wait_for_word

INCLUDE = "--include=tests.config.tasks_for_tests"


def test_a_killed_workers_task_is_done_by_the_next(worker_process, redis_client):
    key = f"{settings.REDIS_KEY_PREFIX}:killed"
    first = worker_process(INCLUDE)
    wait_for_word.delay(key)
    assert redis_client.blpop([f"{key}:began"], timeout=30)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait(timeout=10)

    worker_process(INCLUDE)
    began_again = redis_client.blpop([f"{key}:began"], timeout=30)
    redis_client.rpush(f"{key}:word", "go")

    assert began_again
    assert redis_client.blpop([f"{key}:finished"], timeout=30)
    assert not redis_client.exists(f"{key}:began", f"{key}:finished")


def test_a_killed_childs_task_is_done_again_by_the_same_worker(worker_process, redis_client):
    key = f"{settings.REDIS_KEY_PREFIX}:child"
    worker = worker_process(INCLUDE)
    wait_for_word.delay(key)
    assert redis_client.blpop([f"{key}:began"], timeout=30)

    (child,) = psutil.Process(worker.pid).children()
    child.kill()
    began_again = redis_client.blpop([f"{key}:began"], timeout=30)
    redis_client.rpush(f"{key}:word", "go")

    assert began_again
    assert redis_client.blpop([f"{key}:finished"], timeout=30)
