"""Every address of the pages."""

from django.urls import URLPattern, URLResolver, include, path

from rollbook.project import account_modules as allauth
from rollbook.project import page_modules as modules
from rollbook.project.on_demand import OnDemand, page, page_by_expression
from rollbook.web.pages import errors

handler400, handler403 = errors.bad_request, errors.forbidden
handler404, handler500 = errors.not_found, errors.failed

# Every page links to some of these, and allauth's own list of them loads its code for keys.
FACTORS: list[URLPattern | URLResolver] = [
    page("", lambda: allauth.factors().index, name="mfa_index"),
    page("authenticate/", lambda: allauth.factors().authenticate, name="mfa_authenticate"),
    page("reauthenticate/", lambda: allauth.factors().reauthenticate, name="mfa_reauthenticate"),
    page("totp/activate/", lambda: allauth.totp().activate_totp, name="mfa_activate_totp"),
    page("totp/deactivate/", lambda: allauth.totp().deactivate_totp, name="mfa_deactivate_totp"),
    page(
        "recovery-codes/",
        lambda: allauth.recovery_codes().view_recovery_codes,
        name="mfa_view_recovery_codes",
    ),
    page(
        "recovery-codes/generate/",
        lambda: allauth.recovery_codes().generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    page(
        "recovery-codes/download/",
        lambda: allauth.recovery_codes().download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    page("webauthn/", lambda: allauth.webauthn().list_webauthn, name="mfa_list_webauthn"),
    page("webauthn/add/", lambda: allauth.webauthn().add_webauthn, name="mfa_add_webauthn"),
    page(
        "webauthn/reauthenticate/",
        lambda: allauth.webauthn().reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
    ),
    page(
        "webauthn/keys/<int:pk>/remove/",
        lambda: allauth.webauthn().remove_webauthn,
        name="mfa_remove_webauthn",
    ),
    page(
        "webauthn/keys/<int:pk>/edit/",
        lambda: allauth.webauthn().edit_webauthn,
        name="mfa_edit_webauthn",
    ),
    page("webauthn/login/", lambda: allauth.webauthn().login_webauthn, name="mfa_login_webauthn"),
]

ACCOUNT: list[URLPattern | URLResolver] = [
    page("sign-in/", lambda: allauth.account().login, name="account_login"),
    page("sign-out/", lambda: allauth.account().logout, name="account_logout"),
    page("inactive/", lambda: allauth.account().account_inactive, name="account_inactive"),
    page("confirm/", lambda: allauth.account().reauthenticate, name="account_reauthenticate"),
    page("password/", lambda: allauth.account().password_change, name="account_change_password"),
    page(
        "password/reset/", lambda: allauth.account().password_reset, name="account_reset_password"
    ),
    page(
        "password/reset/sent/",
        lambda: allauth.account().password_reset_done,
        name="account_reset_password_done",
    ),
    page_by_expression(
        r"^password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        lambda: allauth.account().password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    page(
        "password/reset/done/",
        lambda: allauth.account().password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    page("password/set/", lambda: modules.provider().set_password, name="account_set_password"),
    page("provider/", lambda: modules.provider().provider, name="account_provider"),
    page(
        "provider/return/",
        lambda: modules.provider().provider_return,
        name="account_provider_return",
    ),
    # allauth's pages name these two; accounts are made by administrators alone.
    page("sign-up/", lambda: errors.nowhere, name="account_signup"),
    page("email/", lambda: errors.nowhere, name="account_email"),
    path("second-factor/", include(FACTORS)),
]

urlpatterns: list[URLPattern | URLResolver] = [
    page("", lambda: modules.dashboard().dashboard, name="dashboard"),
    path("account/", include(ACCOUNT)),
    page("welcome/<str:token>/", lambda: modules.welcome().welcome, name="welcome"),
    page(
        "first-steps/district/",
        lambda: modules.first_steps().first_steps_district,
        name="first_steps_district",
    ),
    page(
        "first-steps/email/",
        lambda: modules.first_steps().first_steps_email,
        name="first_steps_email",
    ),
    page("stay/", lambda: modules.session().stay, name="stay"),
    page("import/", lambda: modules.import_now().import_now, name="import_now"),
    page(
        "import/upload-address/",
        lambda: modules.import_now().upload_address,
        name="upload_address",
    ),
    page("imports/", lambda: modules.history().history, name="history"),
    page("imports/history.csv", lambda: modules.history().history_csv, name="history_csv"),
    page("imports/<int:number>/", lambda: modules.imports().job, name="job"),
    page(
        "imports/<int:number>/progress/",
        lambda: modules.imports().job_progress,
        name="job_progress",
    ),
    page("imports/<int:number>/rows/", lambda: modules.imports().job_rows, name="job_rows"),
    page(
        "imports/<int:number>/rows/<int:row>/",
        lambda: modules.row_fixes().job_row_fix,
        name="job_row_fix",
    ),
    page(
        "imports/<int:number>/rows/import/",
        lambda: modules.row_fixes().job_rows_import,
        name="job_rows_import",
    ),
    page(
        "imports/<int:number>/problems.csv",
        lambda: modules.downloads().job_problems_csv,
        name="job_problems_csv",
    ),
    page(
        "imports/<int:number>/fix-it.csv", lambda: modules.downloads().job_fix_it, name="job_fix_it"
    ),
    page(
        "imports/<int:number>/changes/", lambda: modules.changes().job_changes, name="job_changes"
    ),
    page(
        "imports/<int:number>/changes.csv",
        lambda: modules.changes().job_changes_csv,
        name="job_changes_csv",
    ),
    page("imports/<int:number>/log.txt", lambda: modules.downloads().job_log, name="job_log"),
    page("imports/<int:number>/stop/", lambda: modules.imports().job_cancel, name="job_cancel"),
    page(
        "imports/<int:number>/in-advance/<str:way>/",
        lambda: modules.advance().job_decide_in_advance,
        name="job_decide_in_advance",
    ),
    page(
        "imports/<int:number>/rehearse-again/",
        lambda: modules.advance().job_rehearse_again,
        name="job_rehearse_again",
    ),
    page(
        "imports/<int:number>/take-back/",
        lambda: modules.advance().job_take_back,
        name="job_take_back",
    ),
    page(
        "imports/<int:number>/decide/<str:way>/",
        lambda: modules.decisions().job_decide,
        name="job_decide",
    ),
    page("imports/<int:number>/import/", lambda: modules.decisions().job_import, name="job_import"),
    page(
        "imports/<int:number>/no-wait/", lambda: modules.imports().job_no_wait, name="job_no_wait"
    ),
    page(
        "imports/<int:number>/levels/", lambda: modules.own_levels().job_levels, name="job_levels"
    ),
    page("imports/<int:number>/notes/", lambda: modules.notes().job_note, name="job_note"),
    page("imports/<int:number>/undo/", lambda: modules.undo().job_undo, name="job_undo"),
    page("imports/<int:number>/resume/", lambda: modules.undo().job_resume, name="job_resume"),
    page("imports/<int:number>/again/", lambda: modules.again().job_again, name="job_again"),
    page("feeds/", lambda: modules.feed_list().feed_list, name="feeds"),
    page(
        "connection-tests/<str:number>/",
        lambda: modules.feeds().connection_test,
        name="connection_test",
    ),
    page("feeds/new/", lambda: modules.feeds().feed_new, name="feed_new"),
    page("feeds/<str:name>/", lambda: modules.overview().feed_overview, name="feed"),
    page("feeds/<str:name>/settings/", lambda: modules.feeds().feed_edit, name="feed_settings"),
    page("feeds/<str:name>/saved/", lambda: modules.feeds().feed_saved, name="feed_saved"),
    page("feeds/<str:name>/test/", lambda: modules.overview().feed_test, name="feed_test"),
    page("feeds/<str:name>/remove/", lambda: modules.feeds().feed_remove, name="feed_remove"),
    page("feeds/<str:name>/fields/", lambda: modules.fields().fields, name="feed_fields"),
    page("feeds/<str:name>/columns/", lambda: modules.columns().mapping, name="mapping"),
    page(
        "feeds/<str:name>/columns/file/",
        lambda: modules.mapping_files().mapping_file,
        name="mapping_file",
    ),
    page(
        "feeds/<str:name>/columns/bring/",
        lambda: modules.mapping_files().mapping_bring,
        name="mapping_bring",
    ),
    page("feeds/<str:name>/inbox/", lambda: modules.inbox().feed_inbox, name="feed_inbox"),
    page(
        "feeds/<str:name>/file-names/<int:number>/",
        lambda: modules.file_names().file_name,
        name="feed_file_name",
    ),
    page("feeds/<str:name>/limits/", lambda: modules.backtest().backtest, name="feed_limits"),
    page("feeds/<str:name>/versions/", lambda: modules.versions().versions, name="feed_versions"),
    page(
        "feeds/<str:name>/versions/<int:number>/",
        lambda: modules.versions().version,
        name="feed_version",
    ),
    page("feeds/<str:name>/schedule/", lambda: modules.schedule().schedule, name="schedule"),
    page("feeds/<str:name>/mute/", lambda: modules.schedule().mute, name="feed_mute"),
    page("feeds/<str:name>/webhook/", lambda: modules.webhook().webhook, name="webhook"),
    page("layouts/", lambda: modules.layouts().layout_list, name="layouts"),
    page("layouts/<slug:layout>/", lambda: modules.layouts().layout, name="layout"),
    page("layouts/<slug:layout>/file/", lambda: modules.layouts().layout_file, name="layout_file"),
    page(
        "layouts/<slug:layout>/remove/",
        lambda: modules.layouts().layout_remove,
        name="layout_remove",
    ),
    page("settings/", lambda: modules.settings().settings, name="settings"),
    page(
        "settings/test-mail/",
        lambda: modules.settings().settings_test_mail,
        name="settings_test_mail",
    ),
    page("settings/sign-in/", lambda: modules.sign_in().sign_in, name="sign_in"),
    page("settings/sign-in/off/", lambda: modules.sign_in().sign_in_off, name="sign_in_off"),
    page("settings/terms/", lambda: modules.terms().terms, name="terms"),
    page("settings/calendar/", lambda: modules.calendar().calendar, name="calendar"),
    page("settings/calendar/file/", lambda: modules.calendar().calendar_file, name="calendar_file"),
    page("settings/school-year/", lambda: modules.school_year().school_year, name="school_year"),
    page(
        "settings/school-year/switch/",
        lambda: modules.school_year().school_year_switch,
        name="school_year_switch",
    ),
    page(
        "settings/school-year/undo/",
        lambda: modules.school_year().school_year_undo,
        name="school_year_undo",
    ),
    page("settings/schools/", lambda: modules.schools().schools, name="schools"),
    page("settings/tokens/", lambda: modules.tokens().tokens, name="tokens"),
    page(
        "settings/tokens/made/<str:token>/", lambda: modules.tokens().token_made, name="token_made"
    ),
    page(
        "settings/tokens/<int:number>/revoke/",
        lambda: modules.tokens().token_revoke,
        name="token_revoke",
    ),
    page("settings/doctor/", lambda: modules.doctor().doctor, name="doctor"),
    page("settings/api/", lambda: modules.api_pages().reference, name="api_reference"),
    page("people/", lambda: modules.people().people_list, name="people"),
    page("people/invite/", lambda: modules.people().invite, name="invite"),
    page("people/invited/<str:token>/", lambda: modules.people().invited, name="invited"),
    page("people/withdraw/", lambda: modules.people().withdraw, name="withdraw"),
    page(
        "people/<int:number>/<slug:what>/",
        lambda: modules.people().person_change,
        name="person_change",
    ),
    page("students/", lambda: modules.students().students, name="students"),
    page("students/<int:number>/", lambda: modules.students().student, name="student"),
    page(
        "students/<int:number>/record/",
        lambda: modules.student_record().student_record,
        name="student_record",
    ),
    page("students/protected/", lambda: modules.protections().protected, name="protected"),
    page(
        "students/protected/<int:number>/release/",
        lambda: modules.protections().release,
        name="protected_release",
    ),
    page(
        "students/<int:number>/protect/<str:field>/",
        lambda: modules.protections().protect,
        name="protect",
    ),
    page("quality/", lambda: modules.quality().quality, name="quality"),
    page("quality/quality.csv", lambda: modules.quality().quality_csv, name="quality_csv"),
    page("audit/", lambda: modules.audit().audit, name="audit"),
    page("audit/audit.csv", lambda: modules.audit().audit_csv, name="audit_csv"),
    page("audit/audit.txt", lambda: modules.audit().audit_chain, name="audit_chain"),
    OnDemand("api/", "rollbook.api.addresses", namespace="api"),
    page("healthz", lambda: modules.health().healthz, name="healthz"),
    page("healthz/data", lambda: modules.health().healthz_data, name="healthz_data"),
    page("metrics", lambda: modules.metrics().metrics, name="metrics"),
]
