//! The endpoints: one module for each function in `api/`, one file for each endpoint of a larger function.

/// Declares the endpoints of a function in one list, from which both its router and its part of openapi.json are made.
///
/// Path and method are those of the handler's `#[utoipa::path]`. The deployed functions never execute the code that
/// builds the document.
macro_rules! endpoints {
    ($(#[$attribute:meta])* $visibility:vis fn $router:ident = [$($module:ident::$handler:ident),+ $(,)?]) => {
        $(#[$attribute])*
        $visibility fn $router() -> axum::Router<$crate::App> {
            let router = axum::Router::new();
            $(let router = pastey::paste! {
                $crate::routes::route::<$module::[<__path_ $handler>], _, _>(router, $module::$handler)
            };)+
            router
        }

        /// The endpoints of the function in openapi.json.
        #[derive(utoipa::OpenApi)]
        #[openapi(paths($($module::$handler),+))]
        pub(crate) struct Document;
    };
}

/// Declares the functions in one list, for the programs that run all of them and for openapi.json.
macro_rules! functions {
    ($($name:ident),+ $(,)?) => {
        $(pub mod $name;)+

        const COUNT: usize = [$(stringify!($name)),+].len();

        /// The routers of all functions, by the names of their files in `api/`.
        pub fn all() -> [(&'static str, Router<App>); COUNT] {
            [$((stringify!($name), $name::router())),+]
        }

        /// The parts of openapi.json.
        pub(crate) fn documents() -> [utoipa::openapi::OpenApi; COUNT] {
            [$(<$name::Document as utoipa::OpenApi>::openapi()),+]
        }
    };
}

use axum::Router;
use axum::handler::Handler;
use axum::routing::{MethodFilter, on};
use utoipa::openapi::HttpMethod;

use crate::App;

mod sessions;

functions![
    audit, cron, health, keys, login, logout, me, recovery, refresh, users
];

/// Adds a handler at the path and methods that its annotation states.
fn route<P, H, T>(router: Router<App>, handler: H) -> Router<App>
where
    P: utoipa::Path,
    H: Handler<T, App>,
    T: 'static,
{
    let methods = P::methods().into_iter().map(|method| match method {
        HttpMethod::Get => MethodFilter::GET,
        HttpMethod::Post => MethodFilter::POST,
        HttpMethod::Put => MethodFilter::PUT,
        HttpMethod::Delete => MethodFilter::DELETE,
        HttpMethod::Options => MethodFilter::OPTIONS,
        HttpMethod::Head => MethodFilter::HEAD,
        HttpMethod::Patch => MethodFilter::PATCH,
        HttpMethod::Trace => MethodFilter::TRACE,
    });
    let Some(methods) = methods.reduce(MethodFilter::or) else {
        return router;
    };
    router.route(&P::path(), on(methods, handler))
}
