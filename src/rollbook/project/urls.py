"""Every address of the pages."""

from allauth.account import views as account
from django.urls import URLPattern, URLResolver, include, path, re_path

from rollbook.api.pages import reference
from rollbook.project.on_demand import OnDemand
from rollbook.web.pages import (
    audit,
    dashboard,
    doctor,
    errors,
    health,
    history,
    metrics,
    people,
    session,
    welcome,
)
from rollbook.web.pages.feeds import columns, schedule, webhook
from rollbook.web.pages.feeds import views as feeds
from rollbook.web.pages.imports import decisions, import_now
from rollbook.web.pages.imports import views as imports
from rollbook.web.pages.settings import schools, terms, tokens
from rollbook.web.pages.settings import views as settings

handler400, handler403 = errors.bad_request, errors.forbidden
handler404, handler500 = errors.not_found, errors.failed

ACCOUNT: list[URLPattern | URLResolver] = [
    path("sign-in/", account.login, name="account_login"),
    path("sign-out/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("password/", account.password_change, name="account_change_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/sent/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    # allauth's pages name these two; accounts are made by administrators alone.
    path("sign-up/", errors.nowhere, name="account_signup"),
    path("e-mail/", errors.nowhere, name="account_email"),
    path("second-factor/", include("allauth.mfa.urls")),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", dashboard.dashboard, name="dashboard"),
    path("account/", include(ACCOUNT)),
    path("welcome/<str:token>/", welcome.welcome, name="welcome"),
    path("stay/", session.stay, name="stay"),
    path("import/", import_now.import_now, name="import_now"),
    path("import/upload-address/", import_now.upload_address, name="upload_address"),
    path("imports/", history.history, name="history"),
    path("imports/history.csv", history.history_csv, name="history_csv"),
    path("imports/<int:number>/", imports.job, name="job"),
    path("imports/<int:number>/progress/", imports.job_progress, name="job_progress"),
    path("imports/<int:number>/rows/", imports.job_rows, name="job_rows"),
    path("imports/<int:number>/problems.csv", imports.job_problems_csv, name="job_problems_csv"),
    path("imports/<int:number>/fix-it.csv", imports.job_fix_it, name="job_fix_it"),
    path("imports/<int:number>/log.txt", imports.job_log, name="job_log"),
    path("imports/<int:number>/stop/", imports.job_cancel, name="job_cancel"),
    path("imports/<int:number>/decide/<str:way>/", decisions.job_decide, name="job_decide"),
    path("imports/<int:number>/no-wait/", imports.job_no_wait, name="job_no_wait"),
    path("imports/<int:number>/again/", imports.job_again, name="job_again"),
    path("feeds/", feeds.feed_list, name="feeds"),
    path("connection-tests/<str:number>/", feeds.connection_test, name="connection_test"),
    path("feeds/new/", feeds.feed_new, name="feed_new"),
    path("feeds/<str:name>/", feeds.feed_edit, name="feed"),
    path("feeds/<str:name>/remove/", feeds.feed_remove, name="feed_remove"),
    path("feeds/<str:name>/columns/", columns.mapping, name="mapping"),
    path("feeds/<str:name>/schedule/", schedule.schedule, name="schedule"),
    path("feeds/<str:name>/webhook/", webhook.webhook, name="webhook"),
    path("settings/", settings.settings, name="settings"),
    path("settings/test-mail/", settings.settings_test_mail, name="settings_test_mail"),
    path("settings/doctor/", doctor.doctor, name="doctor"),
    path("settings/terms/", terms.terms, name="terms"),
    path("settings/schools/", schools.schools, name="schools"),
    path("settings/tokens/", tokens.tokens, name="tokens"),
    path("settings/tokens/<int:number>/revoke/", tokens.token_revoke, name="token_revoke"),
    path("settings/api/", reference, name="api_reference"),
    path("people/", people.people_list, name="people"),
    path("people/invite/", people.invite, name="invite"),
    path("people/withdraw/", people.withdraw, name="withdraw"),
    path("people/<int:number>/<slug:what>/", people.person_change, name="person_change"),
    path("audit/", audit.audit, name="audit"),
    path("audit/audit.csv", audit.audit_csv, name="audit_csv"),
    OnDemand("api/", "rollbook.api.addresses", namespace="api"),
    path("healthz", health.healthz, name="healthz"),
    path("healthz/data", health.healthz_data, name="healthz_data"),
    path("metrics", metrics.metrics, name="metrics"),
]
