# shellcheck shell=bash
# For the other scripts: where PostgreSQL's own programs are. Debian's /usr/bin/psql is a wrapper in Perl that
# costs more than a query: anything timed uses the program itself.

# The directory of the newest PostgreSQL server's programs.
pg_bin() {
  local directory
  # Debian first, the newest version first; then whatever is on PATH, links followed.
  while read -r directory; do
    if [ -x "$directory/initdb" ] && [ -x "$directory/postgres" ]; then
      echo "$directory"
      return
    fi
  done < <(
    printf '%s\n' /usr/lib/postgresql/*/bin /usr/pgsql-*/bin | sort -rV
    for program in $(type -aP postgres); do dirname "$(readlink -f "$program")"; done
  )
  echo "no PostgreSQL server is installed: run make setup" >&2
  return 69
}

# The account that runs a server: this one, or postgres for root, which PostgreSQL refuses.
pg_account() {
  if [ "$(id -u)" -eq 0 ]; then echo postgres; else id -un; fi
}

# Runs a command as that account, from a directory that it can enter.
as_pg_account() {
  if [ "$(id -u)" -eq 0 ]; then
    (cd / && exec setpriv --reuid=postgres --regid="$(id -g postgres)" --init-groups -- "$@")
  else
    (cd / && exec "$@")
  fi
}
