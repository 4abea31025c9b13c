# The page where customers download their files.

public-files-title = Your downloads: { $product }
public-files-for = For { $name }.
public-files-until-before = These links work until
public-files-until-after = .
public-files-caption = Files
public-files-file = File
public-files-download = Download
public-files-instructions = How to install
public-files-more = More on { $host }
public-files-new-links-hint = Links expired?
public-files-new-links = E-mail me new ones

public-files-not-found-title = Page not found
public-files-not-found-text = This link is not complete. Open it from the e-mail again.
public-files-gone-title = No longer available
public-files-gone-text = These files are no longer available. If you think that is a mistake, reply to the e-mail that you received.
public-files-expired-title = These links have expired
public-files-expired-text = We can e-mail you new ones. They go to the address that we have for you.
public-files-sent-title = Check your e-mail
public-files-sent-text = If the files are still available to you, new links are on their way to the address that we have for you. This may take a few minutes.
public-files-too-many-title = Too many requests
public-files-too-many-text = Wait a minute, then open the link again.
public-files-unavailable-title = Not available at the moment
public-files-unavailable-text = Something went wrong on our side. Open the link again in a minute.
