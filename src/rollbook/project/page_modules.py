"""The modules of the pages, each loaded when one of its pages is asked for (on_demand.py)."""

from types import ModuleType


def again() -> ModuleType:
    from rollbook.web.pages.imports import again

    return again


def api_pages() -> ModuleType:
    from rollbook.api import pages

    return pages


def audit() -> ModuleType:
    from rollbook.web.pages import audit

    return audit


def changes() -> ModuleType:
    from rollbook.web.pages.imports import changes

    return changes


def columns() -> ModuleType:
    from rollbook.web.pages.feeds import columns

    return columns


def downloads() -> ModuleType:
    from rollbook.web.pages.imports import downloads

    return downloads


def fields() -> ModuleType:
    from rollbook.web.pages.feeds import fields

    return fields


def file_names() -> ModuleType:
    from rollbook.web.pages.feeds import file_names

    return file_names


def inbox() -> ModuleType:
    from rollbook.web.pages.feeds import inbox

    return inbox


def dashboard() -> ModuleType:
    from rollbook.web.pages import dashboard

    return dashboard


def advance() -> ModuleType:
    from rollbook.web.pages.imports import advance

    return advance


def decisions() -> ModuleType:
    from rollbook.web.pages.imports import decisions

    return decisions


def doctor() -> ModuleType:
    from rollbook.web.pages import doctor

    return doctor


def mapping_files() -> ModuleType:
    from rollbook.web.pages.feeds import mapping_files

    return mapping_files


def layouts() -> ModuleType:
    from rollbook.web.pages.layouts import views

    return views


def feed_list() -> ModuleType:
    from rollbook.web.pages.feeds import feed_list

    return feed_list


def feeds() -> ModuleType:
    from rollbook.web.pages.feeds import views

    return views


def overview() -> ModuleType:
    from rollbook.web.pages.feeds import overview

    return overview


def health() -> ModuleType:
    from rollbook.web.pages import health

    return health


def history() -> ModuleType:
    from rollbook.web.pages import history

    return history


def import_now() -> ModuleType:
    from rollbook.web.pages.imports import import_now

    return import_now


def imports() -> ModuleType:
    from rollbook.web.pages.imports import views

    return views


def metrics() -> ModuleType:
    from rollbook.web.pages import metrics

    return metrics


def notes() -> ModuleType:
    from rollbook.web.pages.imports import notes

    return notes


def own_levels() -> ModuleType:
    from rollbook.web.pages.imports import own_levels

    return own_levels


def people() -> ModuleType:
    from rollbook.web.pages import people

    return people


def provider() -> ModuleType:
    from rollbook.web.pages import provider

    return provider


def sign_in() -> ModuleType:
    from rollbook.web.pages.settings import sign_in

    return sign_in


def quality() -> ModuleType:
    from rollbook.web.pages import quality

    return quality


def schedule() -> ModuleType:
    from rollbook.web.pages.feeds import schedule

    return schedule


def schools() -> ModuleType:
    from rollbook.web.pages.settings import schools

    return schools


def protections() -> ModuleType:
    from rollbook.web.pages.students import protections

    return protections


def session() -> ModuleType:
    from rollbook.web.pages import session

    return session


def settings() -> ModuleType:
    from rollbook.web.pages.settings import views

    return views


def student_record() -> ModuleType:
    from rollbook.web.pages.students import record

    return record


def students() -> ModuleType:
    from rollbook.web.pages.students import views

    return views


def terms() -> ModuleType:
    from rollbook.web.pages.settings import terms

    return terms


def school_year() -> ModuleType:
    from rollbook.web.pages.settings import school_year

    return school_year


def first_steps() -> ModuleType:
    from rollbook.web.pages import first_steps

    return first_steps


def calendar() -> ModuleType:
    from rollbook.web.pages.settings import calendar

    return calendar


def tokens() -> ModuleType:
    from rollbook.web.pages.settings import tokens

    return tokens


def webhook() -> ModuleType:
    from rollbook.web.pages.feeds import webhook

    return webhook


def welcome() -> ModuleType:
    from rollbook.web.pages import welcome

    return welcome


def row_fixes() -> ModuleType:
    from rollbook.web.pages.imports import row_fixes

    return row_fixes


def undo() -> ModuleType:
    from rollbook.web.pages.imports import undo

    return undo


def versions() -> ModuleType:
    from rollbook.web.pages.feeds import versions

    return versions


def backtest() -> ModuleType:
    from rollbook.web.pages.feeds import backtest

    return backtest
