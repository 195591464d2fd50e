"""Folders of documents in, shards of results out: interrupted at any moment, gone on with from there.

walk → ledger → reader → work → scoring → shards → ledger: files are found and compared with what the ledger knows; a
process of its own reads those that are new; documents are put together into the work of a shard; a shard is written,
seen onto the disk, and only then noted in the ledger. What the ledger does not know has not happened.
"""
