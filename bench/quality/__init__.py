"""How often light and noise are judged rightly, on photographs and recordings of people the rules were not tuned on."""
