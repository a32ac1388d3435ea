"""The desk's queue on a million matters: how long its pages take."""
