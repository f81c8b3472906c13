"""What happens with one message: platform-neutral, without SQL. Imports only knowledge_base."""
