"""Packs orders, one after the other. As many workers as you like: each order goes to one of them."""
import os
import signal
import sys
import threading

import pymysql

from store import orders

NAME = os.environ.get("HOSTNAME", "worker")


def pack_one():
    with orders() as cursor:
        cursor.execute("SELECT id, item FROM orders WHERE packed_by IS NULL ORDER BY id LIMIT 1 FOR UPDATE")
        found = cursor.fetchone()
        if found:
            cursor.execute("UPDATE orders SET packed_by = %s WHERE id = %s", [NAME, found[0]])
        return found


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print(f"{NAME} is ready to pack")
idle = threading.Event()
while True:
    try:
        order = pack_one()
    except pymysql.MySQLError as e:
        print(f"the database does not answer, {NAME} tries again: {e}", file=sys.stderr)
        order = None
    if order:
        print(f"{NAME} packed order {order[0]}: {order[1]}")
    else:
        idle.wait(2)
