"""Rotation rehearsal (`pinlab rehearse`): what a rotation plan does to the users of a pinned app, and when.

`plan` is the file, `model` predicts, `lint` finds mistakes, `answer` renders, `rehearse` makes real connections, `init`
drafts a plan. Each sub-package uses only those named before it. The earliest safe date is `model/earliest`. Used by cli
and renewals. Begin with `plan/model`.
"""
