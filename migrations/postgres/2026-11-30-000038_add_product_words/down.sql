DROP TABLE product_words;
