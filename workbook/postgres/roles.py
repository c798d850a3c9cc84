"""The roles of a cluster: one for what the program does, one that apps and notebooks connect as."""

from __future__ import annotations

import secrets
from dataclasses import replace
from hashlib import sha256

from workbook.postgres.cluster import ADMIN, USER, Cluster
from workbook.postgres.installation import Place
from workbook.postgres.pg_errors import explain

# One statement a line, as the server without a network reads them. Who made the cluster may be a superuser of the
# name that apps connect as: that one keeps its rights, which PostgreSQL takes from nobody who made a cluster.
MADE = """
DO $$ BEGIN CREATE ROLE {admin}; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
DO $$ BEGIN CREATE ROLE {user}; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
ALTER ROLE {admin} LOGIN SUPERUSER PASSWORD '{admin_password}' VALID UNTIL 'infinity';
ALTER ROLE {user} PASSWORD '{password}' VALID UNTIL 'infinity';
"""
# Apps may create roles, because lessons do: since PostgreSQL 16 that gives power over those roles and no others.
# Each check drops a database under what it left open: a line in the log that nobody rotates while the server runs.
GRANTED = f"""
ALTER ROLE {USER} LOGIN CREATEDB CREATEROLE;
GRANT CREATE ON DATABASE postgres TO {USER};
GRANT CREATE ON SCHEMA public TO {USER};
GRANT SET ON PARAMETER deadlock_timeout TO {USER};
ALTER ROLE {USER} SET log_min_messages TO panic;
"""
RIGHTS = sha256(GRANTED.encode()).hexdigest()[:16]  # recorded with a cluster: an older one lacks what came later


def prepare(cluster: Cluster, place: Place) -> Cluster:
    """The cluster, which must not run, with both roles and passwords that nobody had before.

    Whoever can write its folder needs no password for it, so a cluster is not lost when its passwords are.
    Raises `UserError`.
    """
    known = replace(cluster, password=secrets.token_hex(16), admin_password=secrets.token_hex(16), rights=RIGHTS)
    roles = MADE.format(admin=ADMIN, user=USER, admin_password=known.admin_password, password=known.password)
    code, said = place.run("postgres", "--single", "-D", cluster.folder, "postgres", told=roles + GRANTED)
    if code or "ERROR:" in said or "FATAL:" in said:
        raise explain(said, cluster.folder)
    return known


def grant(cluster: Cluster) -> Cluster:
    """The cluster, which must run, with the rights of today, whichever version of the workbook made it."""
    with cluster.administered() as connection, connection.cursor() as cursor:
        cursor.execute(GRANTED)
    return replace(cluster, rights=RIGHTS)
