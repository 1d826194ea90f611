"""Legal time: statutory terms, the days that count, the civil date, coming of age.

Law: Civil Code articles 17 and 200 to 204 (counting of terms); rules R-TERM-01 to R-TERM-05 and R-AGE-01 in
``docs/law/rules.md``. This is the only place where days are counted. How long a term is, is not here: count, unit and
source come from the catalogue edition in force.

Modules: ``terms`` (``Unit``, ``Term``, ``last_day``, ``due_on``), ``calendars`` (``WorkCalendar``,
``CalendarNotPublished``, ``working_days_between``), ``civil`` (``civil_date``, ``is_adult``).

Pure: no framework, no database, no clock.
"""
