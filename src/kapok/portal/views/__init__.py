"""Pages of the online home: whole without JavaScript, a few kilobytes each."""
