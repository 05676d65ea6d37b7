"""How notices reach people: the queue, the words, the letter and the mail."""
