"""E-mail in: letters become reports with the door MAIL."""
