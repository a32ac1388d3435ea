"""The pages of who watches: trace, alarms, exports, purposes and emergencies."""
