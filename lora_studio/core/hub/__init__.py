"""Models that are there, and models that can be had: folders on this computer, and downloads from a hub.

Nothing is sent anywhere before a person asks for it. What is downloaded goes into the workspace, as a plain folder
(models/ORG--NAME): it belongs to the person, it is read by the same rules as every other folder, and it has no links.
Of huggingface_hub are its client, its token, its addresses and its errors. Its downloads are not: since 2.0 they keep
no part of a file that was not finished, cannot be paused, and follow a redirection wherever it leads.
"""
