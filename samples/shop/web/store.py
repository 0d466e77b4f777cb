"""The shop's orders in the database."""
import os
from contextlib import contextmanager

import pymysql


@contextmanager
def orders():
    """A cursor on one transaction. The table is made where it is missing."""
    connection = pymysql.connect(
        host=os.environ["DB_HOST"], user=os.environ["DB_USER"], password=os.environ["DB_PASSWORD"],
        database=os.environ["DB_NAME"], connect_timeout=3, read_timeout=10)
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE TABLE IF NOT EXISTS orders ("
                "id INT AUTO_INCREMENT PRIMARY KEY, item VARCHAR(60) NOT NULL, packed_by VARCHAR(60))")
            yield cursor
        connection.commit()
    finally:
        connection.close()
