"""The staff's web pages: the queue, the cases, the people who answer them."""
