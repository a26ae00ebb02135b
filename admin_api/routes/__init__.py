"""The REST routes, a module for each kind of thing. A route reads its arguments, asks the view or the line, and
answers with a model of `admin_api.models`; what it refuses is a ProblemError."""
