"""What ``script/bench`` measures. Each step runs in a process of its own and returns figures."""
