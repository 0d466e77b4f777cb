#!/bin/sh
# As the image of the registry: an empty data folder gets a database, a user and its password from MARIADB_DATABASE, _USER, _PASSWORD.
set -e
if [ "$1" != mariadbd ]; then
  exec "$@"
fi
chown mysql:mysql /var/lib/mysql
if [ ! -d /var/lib/mysql/mysql ]; then
  echo "first start: making the database ${MARIADB_DATABASE}"
  mariadb-install-db --user=mysql --datadir=/var/lib/mysql --skip-test-db >/dev/null
  quoted=$(printf %s "$MARIADB_PASSWORD" | sed "s/'/''/g")
  mariadbd --user=mysql --bootstrap --datadir=/var/lib/mysql <<SQL
CREATE DATABASE \`${MARIADB_DATABASE}\`;
FLUSH PRIVILEGES;
CREATE USER \`${MARIADB_USER}\`@'%' IDENTIFIED BY '${quoted}';
GRANT ALL ON \`${MARIADB_DATABASE}\`.* TO \`${MARIADB_USER}\`@'%';
SQL
fi
exec mariadbd --user=mysql --bind-address=0.0.0.0 --skip-name-resolve
