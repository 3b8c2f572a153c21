//! The migrated database of which the API suite's databases are copies.

use hallpass_core::schema;
use sqlx::{Connection as _, Executor as _, PgConnection};

use crate::{environment, server};

/// Another application's tables and functions with the names of ours.
const NEIGHBOURS: &str = "
    create table public.users (id integer primary key, email text);
    create table public.sessions (id integer primary key, expires_at timestamptz);
    create table public.roles (name text primary key, permissions text);
    create table public.settings (sessions_valid_from timestamptz);
    create table public.audit_events (id integer primary key, occurred_at timestamptz);
    create table public.login_throttle (key text primary key);
    create table public.alerts (kind text primary key);
    create table public._sqlx_migrations (version bigint, success boolean);
    create function public.session_is_live(text) returns boolean language sql return false;
    create function public.authorize_access(text) returns boolean language sql return true";

/// What a project of Supabase grants to the roles of its REST API by default, in all databases of the server.
const SUPABASE_DEFAULTS: &str = "
    do $$
    declare role text;
    begin
        foreach role in array array['anon', 'authenticated', 'service_role'] loop
            begin
                execute format('create role %I nologin', role);
            exception when duplicate_object or unique_violation then null;
            end;
            execute format('alter default privileges grant all on tables to %I', role);
            execute format('alter default privileges grant all on sequences to %I', role);
            execute format('alter default privileges grant all on functions to %I', role);
            execute format('alter default privileges grant usage on schemas to %I', role);
        end loop;
    end $$;
    create schema extensions;
    create extension pg_trgm schema extensions";

/// The name of the template, which changes with the migrations.
#[must_use]
pub fn name() -> String {
    format!("hallpass_shared_{:x}", schema::fingerprint())
}

/// Creates the template if it is missing and returns its name.
///
/// It is the most restrictive environment: prepared like a project of Supabase, where extensions have a schema of their
/// own, and shared with another application. The local platform and the suite of the command use plain databases.
pub(crate) async fn shared(admin: &mut PgConnection) -> String {
    let name = name();
    let exists: bool =
        sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
            .bind(&name)
            .fetch_one(&mut *admin)
            .await
            .unwrap();
    if !exists {
        // A run that was killed may have left an unfinished one.
        let building = format!("{name}_building");
        server::execute_on(admin, &format!("drop database if exists {building}")).await;
        server::execute_on(admin, &format!("create database {building}")).await;
        let mut connection = server::connect(&building).await;
        connection.execute(SUPABASE_DEFAULTS).await.unwrap();
        connection.execute(NEIGHBOURS).await.unwrap();
        connection.close().await.unwrap();
        server::migrate(&server::url(&building), environment::APP_PASSWORD).await;
        server::execute_on(
            admin,
            &format!("alter database {building} rename to {name}"),
        )
        .await;
    }
    name
}
