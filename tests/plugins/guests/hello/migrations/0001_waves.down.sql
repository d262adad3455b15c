drop table wave;
