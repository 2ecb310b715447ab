"""One language to choose, sort and group proposals, for directives and for the command line.

An expression is made of terms. A proposal must satisfy all of them, unless ``or`` is between them:

================================ =====================================================================================
``status:Draft``                 the field has this value; ``status:Draft,Approved`` any of these
``status:"Under Review"``        a value of several words is quoted; so can be an end of a range
``status:open``                  any status of this kind: ``open``, ``decided``, ``closed``
``author:@octo``                 a person, by handle or by name, with or without ``@``
``number:7``, ``number:10..20``  numbers and ranges, ends included; ``10..``, ``..20``, ``1,3,7..9``, ``>=10``
``review-date:<2026-07-01``      dates and ranges of dates; ``2026`` and ``2026-07`` are the whole year and month
``replaces:DEP-3``               a reference on the page itself, by number or slug
``title:cache``                  the words are somewhere in the text; so for every text and link
``has:sponsor``, ``no:sponsor``  the field is given, or not (absent, ``N/A`` or ``TBD``)
``is:invalid``                   it has errors; ``is:numbered``; ``is:overdue`` is open with its review date past
``is:unmerged``                  it is on a branch or pull request; ``ref:pull/52``, ``origin:branch``
``cache "wire format"``          words and phrases, in number, title, people, tags and summary
``-status:Draft``                not; also ``not status:Draft``
``(a or b) c``                   parentheses; ``and`` binds tighter than ``or``, and may be left out
================================ =====================================================================================

Case never counts. Fields go by their key, label or any alias, with ``-`` for spaces. What means nothing is a
:class:`~.filters.QueryError` that says where; nothing is guessed, and no text raises anything else.
"""
