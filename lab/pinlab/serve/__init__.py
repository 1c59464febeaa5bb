"""The lab that stays up for clients that no command line starts (`pinlab serve`): an HTTP interface and a page.

`app` has the routes, `runs` the runs, `task_queue` the next visit, `guard` who is answered. Used by cli. Begin with
`app`.
"""
