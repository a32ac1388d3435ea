"""Who works on the parts of a plan: threads of this process, processes, or a Dask cluster.

The planning core names its parts (:mod:`kapok_planning.spreading`); here they find somebody who
does them. Which engine it is changes how long a plan takes, never what it is.
"""
