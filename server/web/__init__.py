"""HTTP between Flask and the service: requests, answers, negotiation, headers, problems."""
