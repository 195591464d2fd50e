"""Applications over HTTP: a process that speaks to clients, and one that holds the models.

request → limits → keys → batcher → worker → response. The first process knows no model: what a plugin does, it does to
the worker, which is replaced; nothing is lost but the request that did it.
"""
